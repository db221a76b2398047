import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { type BuildOptions, build } from 'esbuild'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { allowInstalls } from '../support/limits.ts'
import { fastmcp, root } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

allowInstalls()

/** Texts that look like what is caught, and are nobody's code. */
const prose = [
  'async connect(transport) { this._requestHandlers; this._transport = transport }',
  'const mode = options.legacy ?? "serve"; const wire = options.transport ?? new Wire(); factory({ era })',
  `if (typeof legacy === 'function') throw new TypeError("The 'legacy' option only accepts 1"); make({ era: 'modern' })`,
]

const v2 = `const make = () => {
  const server = new McpServer({ name: 'small', version: '1.0.0' }, { instructions: ${JSON.stringify(prose.join('\n'))} })
  server.registerTool('hi', {}, async () => ({ content: [{ type: 'text', text: 'hi' }] }))
  return server
}
`
const sources = {
  'connect() of SDK v1': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
${v2}void make().connect(new StdioServerTransport())`,
  'serveStdio() of SDK v2': `import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
${v2}void serveStdio(make)`,
  'createMcpHandler() of SDK v2': `import { createServer } from 'node:http'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
${v2}const handler = createMcpHandler(make)
createServer(async (_, response) => response.end(String(await handler.fetch(new Request('http://x'))))).listen(3000)`,
}

type Minify = (source: string) => Promise<{ file: string; text: string }>

async function bundle(contents: string, options: BuildOptions = {}): Promise<string> {
  const stdin = { contents, resolveDir: root }
  const banner = { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" }
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'error',
    ...(options.format === 'cjs' ? {} : { banner }),
    ...options,
  })
  return outputFiles?.[0]?.text ?? ''
}

const minifiers: Record<string, Minify> = {
  esbuild: async (source) => ({ file: 'server.mjs', text: await bundle(source, { minify: true }) }),
  'esbuild, without async': async (source) => ({
    file: 'server.cjs',
    text: await bundle(source, { minify: true, format: 'cjs', target: 'es2016' }),
  }),
}

/** What comes from npm: other minifiers, each with what it has more of than the rest. */
const installed: Record<string, (modules: string) => Minify> = {
  terser: (modules) => async (source) => {
    const { minify } = from<{ minify(code: string, options: object): Promise<{ code: string }> }>(
      modules,
      'terser',
    )
    const compress = { passes: 2, unsafe: true, unsafe_arrows: true, hoist_funs: true, hoist_vars: true }
    const { code } = await minify(await bundle(source), { module: true, compress, ecma: 2020 })
    return { file: 'server.mjs', text: code }
  },
  'uglify-js, which leaves no function': (modules) => async (source) => {
    const { minify } = from<{ minify(code: string, options: object): { code: string } }>(modules, 'uglify-js')
    const { code } = minify(await bundle(source, { format: 'cjs', target: 'es2019' }), { toplevel: true })
    return { file: 'server.cjs', text: code }
  },
  '@swc/core, to ES5': (modules) => async (source) => {
    const swc = from<{ transform(code: string, options: object): Promise<{ code: string }> }>(
      modules,
      '@swc/core',
    )
    const jsc = { target: 'es5', parser: { syntax: 'ecmascript' }, minify: { compress: true, mangle: true } }
    const { code } = await swc.transform(await bundle(source), { jsc, minify: true, isModule: true })
    return { file: 'server.mjs', text: code }
  },
}

const from = <T>(modules: string, name: string): T => createRequire(join(modules, 'x.js'))(name) as T

async function lists(source: string, minify: Minify): Promise<void> {
  const { file, text } = await minify(source)
  using project = new Project({ [file]: text })
  const outcome = await fastmcp(['inspect', file, '--json'], { cwd: project.folder, limit: 60_000 })
  assert.equal(outcome.code, 0, outcome.stderr)
  const { tools, instructions } = JSON.parse(outcome.stdout)
  assert.deepEqual(
    tools.map(({ name }: { name: string }) => name),
    ['hi'],
  )
  assert.equal(instructions, prose.join('\n'))
}

describe('servers that start themselves are found in minified bundles', () => {
  for (const [at, [what, source]] of Object.entries(sources).entries()) {
    for (const [name, minify] of chosen(Object.entries(minifiers), 2, at % 2))
      test(`${what}, by ${name}`, () => lists(source, minify))
  }
})

describe('those of other minifiers', () => {
  let modules: string | undefined
  before(() => {
    try {
      modules = cachedModules('minifiers', 'terser@5 uglify-js@3 @swc/core@1')
    } catch {
      // npm cannot be reached.
    }
  })
  for (const [at, [what, source]] of Object.entries(sources).entries()) {
    for (const [name, make] of chosen(Object.entries(installed), 3, at)) {
      test(`${what}, by ${name}`, async (t) => {
        if (modules === undefined) return t.skip('npm cannot be reached')
        await lists(source, make(modules))
      })
    }
  }
})
