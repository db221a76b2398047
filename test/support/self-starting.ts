import { buildSync } from 'esbuild'
import type { Project } from './project.ts'

/** A file that starts its server by itself, written for a version of it and a name of its one tool. */
export interface SelfStarting {
  file: string
  /** More about it than its name says. */
  about?: string
  source(version: string, tool?: string): string
  /** Files beside it, which stay as they are. */
  files?: Record<string, string>
  /** What is done with the source before it is saved. */
  built?(source: string, project: Project): string
  /** Whether what it imports is loaded ahead of it. */
  ahead: boolean
}

const v1 = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
`
const v2 = `import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio'
`
/** The tool says which version it is of, and in which process. */
const makes = (version: string, tool: string) => `function newServer() {
  const server = new McpServer({ name: 'self', version: '1.0.0' })
  server.registerTool('${tool}', {}, () => ({ content: [{ type: 'text', text: '${version} ' + process.pid }] }))
  return server
}
`
const connects = 'newServer().connect(new StdioServerTransport())'

const shape = (
  file: string,
  imports: string,
  ends: string,
  more: Partial<SelfStarting> = {},
): SelfStarting => ({
  file,
  ahead: true,
  source: (version, tool = 'version') => imports + makes(version, tool) + ends,
  ...more,
})

/** What the SDK is in a bundle of the user's own, which his file imports nothing of. */
const bundled = (source: string, { folder }: Project): string => {
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'node',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
  return outputFiles[0]?.text ?? ''
}

export const selfStarting: readonly SelfStarting[] = [
  shape('await-connect.ts', v1, `await ${connects}`),
  shape(
    'main-catch.js',
    v1,
    `async function main() {\n  await ${connects}\n}\nmain().catch(() => process.exit(1))`,
  ),
  shape(
    'guard.mjs',
    `import { pathToFileURL } from 'node:url'\n${v1}`,
    `if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) void ${connects}`,
  ),
  shape('meta-main.js', v2, 'if (import.meta.main) serveStdio(newServer)'),
  shape('serve-stdio.ts', v2, 'void serveStdio(newServer)'),
  shape('late-import.ts', '', `void main()`, {
    about: 'imports the SDK when it runs',
    source: (version, tool = 'version') => `async function main() {
  const { McpServer } = await import('@modelcontextprotocol/sdk/server/mcp.js')
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
  ${makes(version, tool)}
  await ${connects}
}
main().catch((error) => console.error(error))`,
  }),
  shape('imports-server.ts', '', '', {
    about: 'connects what another file makes',
    files: {
      'connect.js': `${v1}export const start = (server) => server.connect(new StdioServerTransport())`,
    },
    source: (version, tool = 'version') =>
      `import { start } from './connect.js'\n${v1}${makes(version, tool)}await start(newServer())`,
  }),
  shape('common.cjs', '', '', {
    ahead: false,
    source: (version, tool = 'version') =>
      `${v1.replace(/import (\{.*\}) from '(.*)'/g, "const $1 = require('$2')")}${makes(version, tool)}void ${connects}`,
  }),
  shape('bundle.mjs', v1, `await ${connects}`, { about: 'holds the SDK itself', built: bundled }),
  shape(
    'helper.mjs',
    `import { spawnSync } from 'node:child_process'\n${v1}`,
    `spawnSync(process.execPath, ['-e', '0'], { stdio: 'inherit' })\nawait ${connects}`,
    { about: 'runs a helper first, which gets its streams' },
  ),
  shape(
    'handler.ts',
    `import { createServer } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
`,
    'createServer(toNodeHandler(createMcpHandler(newServer))).listen(3000)',
  ),
  shape(
    'listen.js',
    `import express from 'express'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
${v1}`,
    `const server = newServer()
const app = express()
app.use(express.json())
app.post('/mcp', async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await server.connect(transport)
  await transport.handleRequest(request, response, request.body)
})
app.listen(3000)`,
    { about: 'connects one server for every request' },
  ),
]
