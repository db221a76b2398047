import { devTable, runTable } from '../dev-options.ts'
import { helpText } from './help-text.ts'

/** The help of `fastmcp run`, made from the option table. */
export const runHelp = (): string => helpText({ usage: runUsage, options: runTable, ending: runEnding })

/** The help of `fastmcp dev`, made from the option table. */
export const devHelp = (): string => helpText({ usage: devUsage, options: devTable, ending: devEnding })

const runUsage = `Usage: fastmcp run [server] [options] [-- arguments for the server]

Runs an MCP server from its file, unchanged. It finds the exported mcp, server or app object (SDK v1, SDK v2 or
FastMCP), a default export or a factory, and serves it. The file's own entry guard does not run.

  fastmcp run server.ts                     on stdio, as desktop clients start it
  fastmcp run server.ts -t http -p 9000     on http://127.0.0.1:9000/mcp
  fastmcp run server.ts:weather             the export named weather
  fastmcp run                               the server of this folder
  fastmcp run --exec "python3 server.py"    any program that speaks MCP on stdio
  fastmcp run server.ts -t http --reload    reload on every save; clients stay connected
  fastmcp run server.ts -- --verbose        arguments for the server itself

Transports
  stdio             desktop clients, one process each       recommended locally
  streamable-http   web services, many clients at once      recommended otherwise
  sse               clients older than 2025-03              deprecated`

const runEnding = `Each option has an environment variable: FASTMCP_PORT for --port, FASTMCP_LOG_LEVEL for --log-level.
PORT is read too, and so is HOST if it is an address. A fastmcp.json in the folder can hold the same settings.
Precedence: flag > environment > fastmcp.json > options in the code > default.

Exit codes: 0 stopped cleanly, 1 runtime failure, 2 wrong usage, 3 file cannot be loaded or has no server,
4 cannot listen, 128 + n killed by signal n.`

const devUsage = `Usage: fastmcp dev [server] [options] [-- arguments for the server]

Serves an MCP server while you edit it. Every save is live at once and no client has to reconnect: sessions, open
streams and calls in flight carry on. If a save does not load, the previous version keeps serving.

  fastmcp dev server.ts                     on http://127.0.0.1:8000/mcp, with the Inspector
  fastmcp dev server.ts --no-inspector      without it
  fastmcp dev server.ts -t stdio            as a desktop client's command
  fastmcp dev server.ts --watch 'data/**'   also reload when data changes`

const devEnding = `The server file, everything it imports, tsconfig.json, package.json, the lock file, fastmcp.json and env files are
watched. If port 8000 is in use, the next free port is taken; a port you name is used or the start fails.`
