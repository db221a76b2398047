import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { build } from 'esbuild'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { allowInstalls } from '../support/limits.ts'
import { fastmcp, serveHttp, serveSse } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { callTwice, shape } from '../support/shapes.ts'
import { chosen, whole } from '../support/whole.ts'

allowInstalls()

/** What becomes of a file: two clients at once are served by it, or one line says why not and what to do. */
type Shape = { file: string; env?: Record<string, string> } & (
  | {
      served: readonly ('stdio' | 'http' | 'sse')[]
      args?: readonly string[]
      /** Has a route of its own beside MCP, which stays. */
      route?: true
      /** Packages that are installed when they are wanted. */
      packages?: string
      /** Compiled into one minified file first. */
      bundled?: 'cjs' | 'esm'
      /** Served as a program. */
      exec?: true
      /** Is not to be found on stderr. */
      silent?: RegExp
    }
  | {
      refused: RegExp
      code: number
      /** Only known when it has not finished loading. */
      late?: true
    }
)

const everywhere = ['stdio', 'http', 'sse'] as const
/** Apps that speak MCP themselves know no SSE. */
const asApp = ['stdio', 'http'] as const

const nest = [
  ...['core', 'common', 'platform-express'].map((name) => `@nestjs/${name}@11`),
  'reflect-metadata rxjs typescript@5 @modelcontextprotocol/sdk@1 zod@3',
].join(' ')

/** The ways in which server files are written, by how they come to their server. */
const shapes: Record<string, readonly Shape[]> = {
  'connects to stdio while it loads, and exports nothing': [
    { file: 'main-catch.ts', served: everywhere },
    { file: 'top-level-await.mjs', served: everywhere },
    { file: 'commonjs.cjs', served: everywhere },
  ],
  'gives a factory to SDK v2': [
    { file: 'serve-stdio.ts', served: everywhere },
    { file: 'mcp-handler.mjs', served: everywhere, route: true },
  ],
  "calls start() of punkpeye's framework": [
    { file: 'punkpeye-start.mjs', served: everywhere, packages: 'fastmcp@4 zod@4' },
  ],
  'listens on a port of its own': [{ file: 'express-app.mjs', served: asApp, route: true }],
  'exports a factory': [{ file: 'factory-default.ts', served: everywhere }],
  'exports an instance': [{ file: 'instance.ts', served: everywhere }],
  'exports a starter, and does not call it': [{ file: 'starter.ts', served: everywhere }],
  'guards its start, and exports no server': [{ file: 'guarded-main.ts', served: everywhere }],
  'guards its start, and exports its server': [
    { file: 'guarded-export.cjs', served: everywhere, silent: /the guard opened/ },
  ],
  'exports helpers, and starts itself': [{ file: 'helpers-exported.mjs', served: everywhere }],
  'exports an object with fetch()': [
    { file: 'hono-app.ts', served: asApp, route: true },
    { file: 'fetch-handler.ts', served: everywhere },
  ],
  'is a Cloudflare Worker': [
    { file: 'worker/index.ts', refused: /this is a Cloudflare Worker: npx wrangler dev/, code: 3 },
  ],
  'has a server of tmcp': [
    { file: 'tmcp-exported.ts', served: everywhere },
    { file: 'tmcp-stdio.mjs', served: everywhere },
  ],
  "is a project of a framework's own tool": [
    { file: 'xmcp', refused: /this is an xmcp project: npx xmcp dev/, code: 3 },
    { file: 'xmcp/src/tools/echo.ts', refused: /this is an xmcp project: npx xmcp dev/, code: 3 },
    {
      file: 'mcp-framework/dist/index.js',
      served: everywhere,
      packages: 'mcp-framework@0.2 @modelcontextprotocol/sdk@1 zod@3',
    },
  ],
  'has the SDK bundled in, minified': [
    { file: 'main-catch.ts', served: everywhere, bundled: 'cjs' },
    { file: 'top-level-await.mjs', served: everywhere, bundled: 'esm' },
    { file: 'tmcp-stdio.mjs', served: everywhere, bundled: 'esm' },
  ],
  'speaks by hand, or on another runtime': [
    {
      file: 'hand-written.mjs',
      refused: /fastmcp run --exec "node .*hand-written\.mjs"/,
      code: 3,
      late: true,
    },
    { file: 'hand-written.mjs', served: everywhere, exec: true },
    { file: 'deno.ts', refused: /fastmcp run --exec "deno run -A .*deno\.ts"/, code: 3, late: true },
  ],
  'relies on the metadata of decorators': [
    { file: 'nest-app/main.ts', served: asApp, route: true, packages: nest },
  ],
  'reads arguments, needs a key, and ends without them': [
    { file: 'needs-env.mjs', refused: /SHAPES_KEY is not set\n.* called process\.exit\(2\)/, code: 2 },
    { file: 'needs-env.mjs', refused: /threw while loading: --region/, code: 3, env: { SHAPES_KEY: 'x' } },
    {
      file: 'needs-env.mjs',
      served: everywhere,
      args: ['--region', 'north'],
      env: { SHAPES_KEY: 'x' },
    },
  ],
}

/** Each has one transport for every change, one after the other. */
let served = 0
for (const [title, rows] of Object.entries(shapes)) {
  describe(`a file that ${title}`, () => {
    // The matrix of shapes and journeys has those that must be installed, too.
    for (const row of chosen(
      rows.filter((one) => whole || !('packages' in one)),
      6,
    )) {
      if ('refused' in row) {
        const set = Object.keys(row.env ?? {}).join()
        test(`${row.file} is refused${set && ` with ${set} set`}`, () => refuses(row))
      } else {
        const how = row.exec ? ', as a program' : row.bundled ? `, as one ${row.bundled} file` : ''
        for (const transport of chosen(row.served, row.served.length, served++ % row.served.length)) {
          test(`${row.file} on ${transport}${how}`, (context) => serves(row, transport, context))
        }
      }
    }
  })
}

type Refused = Extract<Shape, { refused: RegExp }>
type Served = Exclude<Shape, Refused>

async function refuses({ file, refused, code, late, env = {} }: Refused): Promise<void> {
  const limit = late ? ['--load-timeout', '2'] : []
  const outcome = await fastmcp(['run', shape(file), ...limit], { input: hello, env })
  assert.match(outcome.stderr, refused)
  assert.equal(outcome.code, code)
  assert.equal(outcome.stdout, '')
}

async function serves(row: Served, transport: 'stdio' | 'http' | 'sse', context: TestContext): Promise<void> {
  using project = new Project({})
  const file = await placed(row, project, context)
  if (file === undefined) return
  const name = nameOf(row)
  // Frameworks look for things where they are started.
  const settings = { env: row.env ?? {}, cwd: dirname(file) }
  const spec = row.exec ? `--exec=node ${file}` : file
  const args = row.args ? ['--', ...row.args] : []
  if (transport === 'stdio') {
    await callTwice({ stdio: ['run', spec, '-t', 'stdio', ...args], ...settings }, name)
    return
  }
  await using served = await (transport === 'http' ? serveHttp : serveSse)(spec, args, settings)
  await callTwice(transport === 'http' ? { http: served.url } : { sse: served.url }, name)
  if (row.route) assert.equal(await (await fetch(new URL('/about', served.url))).text(), 'about')
  if (row.silent) assert.doesNotMatch(served.stderr, row.silent)
}

/** Servers are called as their files are, or as the folder of those. */
const nameOf = ({ file }: Shape) => basename(file.split('/')[0] ?? '', extname(file))

/** The file where its packages are; nothing, and a word, when they cannot be had. */
async function placed(row: Served, project: Project, context: TestContext): Promise<string | undefined> {
  const { file, packages, bundled } = row
  if (bundled) {
    const outfile = project.path(`server.${bundled === 'cjs' ? 'cjs' : 'mjs'}`)
    const options = { bundle: true, minify: true, platform: 'node', logLevel: 'error' } as const
    await build({ ...options, entryPoints: [shape(file)], outfile, format: bundled })
    return outfile
  }
  if (packages === undefined) return shape(file)
  try {
    const folder = dirname(cachedModules(`shape-${nameOf(row)}`, packages))
    const [top = ''] = file.split('/')
    cpSync(shape(top), join(folder, top), { recursive: true })
    return join(folder, file)
  } catch (error) {
    context.skip(`npm cannot be reached: ${String(error).slice(0, 100)}`)
    return undefined
  }
}
