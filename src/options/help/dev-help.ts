import { devTable } from '../dev-options.ts'
import { helpText } from './help-text.ts'

/** The help of `fastmcp dev`, made from the option table. */
export const devHelp = (): string => helpText({ usage, options: devTable, ending })

const usage = `Usage: fastmcp dev [server] [options] [-- arguments for the server]

Serves an MCP server while you edit it. Every save is live at once, and no client has to connect again: sessions,
open streams and calls in flight go on. A save that does not load changes nothing but the terminal.

  fastmcp dev server.ts                     on http://127.0.0.1:8000/mcp, with the Inspector
  fastmcp dev server.ts --no-inspector      without it
  fastmcp dev server.ts -t stdio            as the command of a desktop client
  fastmcp dev server.ts --watch 'data/**'   reload when data changes, too`

const ending = `The server file, everything it imports, tsconfig.json, package.json, the lock file, fastmcp.json and env files are
watched. Port 8000 gives way to the next free one when it is in use; a port that you name is that one or none.`
