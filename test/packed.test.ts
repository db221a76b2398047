import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connectV1, connectV2 } from './support/clients.ts'
import { allowInstalls } from './support/limits.ts'
import { root, run } from './support/program.ts'
import { chosen, rarely } from './support/whole.ts'

allowInstalls()

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-packed-'))
const project = join(folder, 'project')
const installed = join(project, 'node_modules')
const installedProgram = join(installed, 'fastmcp-cli', 'bin', 'fastmcp.js')

/** npm, found beside the Node that runs the tests or on the path. */
const npm = (args: string[], cwd: string) => run('npm', args, { cwd, limit: 120_000 })

before(async () => {
  const packed = await npm(['pack', '--ignore-scripts', '--pack-destination', folder], root)
  assert.equal(packed.code, 0, packed.stderr)
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? ''
  mkdirSync(join(project, 'data'), { recursive: true })
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }')
  cpSync(join(root, 'examples', 'weather.ts'), join(project, 'server.ts'))
  cpSync(join(root, 'examples', 'data'), join(project, 'data'), { recursive: true })
  const added = await npm(
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, tarball), 'zod@4'],
    project,
  )
  assert.equal(added.code, 0, added.stderr)
})

after(() => rmSync(folder, { recursive: true, force: true }))

test('the packed package is light to install', () => {
  const packages = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
    (path) =>
      /(^|node_modules\/)(@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path) && !path.includes('/dist/'),
  )
  assert.ok(packages.length <= 12, `${packages.length} packages: ${packages.join(', ')}`)
})

test('the installed program serves a file of the project, without any install script having run', async () => {
  const client = await connectV1({ stdio: ['run', join(project, 'server.ts')], program: installedProgram })
  const result = await client.callTool({ name: 'forecast', arguments: { city: 'Lisbon', days: 1 } })
  assert.deepEqual(result.structuredContent, { city: 'Lisbon', degrees: [19] })
  await client.close()
})

test('the program works through the link that npm makes', async () => {
  const version = await run(join(installed, '.bin', 'fastmcp'), ['--version'], { cwd: project })
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
})

test('importing the library loads no part of the command line', async () => {
  const loaded = await run(process.execPath, ['--input-type=module', '-e', listLoaded], { cwd: project })
  assert.match(loaded.stderr, /library\.js/)
  assert.doesNotMatch(loaded.stderr, /node_modules\/(esbuild|chokidar|commander|jose)\//)
  assert.doesNotMatch(loaded.stderr, /dist\/(cli|client)\.c?js/)
})

/** Imports the library under a resolve hook that prints every module it leads to. */
const hook = `export async function resolve(spec, context, next) {
  const found = await next(spec, context)
  process._rawDebug(found.url)
  return found
}`
const listLoaded = `
  import { register } from 'node:module'
  register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}))
  await import('fastmcp-cli')
`

/** A consumer that names a type of every part: the library, its context, a hook, and the official SDK behind it. */
const consumer = `
import { type AuthHook, type Context, connect, FastMCP, isMain, jwtAuth, ToolError } from 'fastmcp-cli'
import { z } from 'zod'
const auth: AuthHook = jwtAuth({ issuer: 'https://issuer.example', audience: 'https://mcp.example/mcp' })
export const mcp = new FastMCP({ name: 'outside', version: '1.0.0', auth })
const helper = async (ctx: Context): Promise<string> => ctx.client?.name ?? (await ctx.state.get<string>('name')) ?? ''
mcp.tool({ name: 'add', input: z.object({ a: z.number() }), output: z.object({ sum: z.number() }) }, async ({ a }, ctx) => {
  if (a < 0) throw new ToolError(await helper(ctx))
  return { sum: a + 1 }
})
// @ts-expect-error a port is a number
void mcp.runAsync({ port: '8000' })
export const tools = async () => (await (await connect(mcp)).listTools()).tools.map((tool) => tool.name)
`
const guarded = `${consumer}if (isMain(import.meta)) void mcp.run()\n`
// CommonJS under node16 cannot import an ES module but by `import()`; its types can be had by saying so.
const dynamic = `
import type { FastMCP } from 'fastmcp-cli' with { 'resolution-mode': 'import' }
export const made: Promise<FastMCP> = import('fastmcp-cli').then((library) => new library.FastMCP('outside'))
`

const outside: [name: string, file: string, text: string, options: object][] = [
  ['nodenext', 'consumer.mts', guarded, { module: 'nodenext' }],
  ['node16', 'consumer.mts', guarded, { module: 'node16' }],
  ['bundler', 'consumer.ts', guarded, { module: 'esnext', moduleResolution: 'bundler' }],
  ['nodenext, from CommonJS', 'consumer.cts', consumer, { module: 'nodenext' }],
  ['node16, from CommonJS', 'consumer.cts', dynamic, { module: 'node16' }],
]

describe('the types of the installed library hold under strict checks', () => {
  before(() => symlinkSync(join(root, 'node_modules', '@types'), join(installed, '@types')))

  for (const [name, file, text, options] of chosen(outside, 3)) {
    test(name, async () => {
      writeFileSync(join(project, file), text)
      const compilerOptions = { strict: true, noEmit: true, target: 'es2023', types: ['node'], ...options }
      // What is checked is ours; with the first, so are the declarations of the packages that ours name.
      const whole = { skipLibCheck: name !== 'nodenext', exactOptionalPropertyTypes: true }
      const files = file.endsWith('.mts') ? [file, 'server.ts'] : [file]
      const config = { compilerOptions: { ...compilerOptions, ...whole }, files }
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config))
      const checked = await run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', project], {
        cwd: project,
        limit: 120_000,
      })
      assert.equal(checked.code, 0, checked.stdout)
    })
  }

  test('and CommonJS can require it', async () => {
    const code = `const { FastMCP } = require('fastmcp-cli'); console.log(typeof new FastMCP('outside').tool)`
    const required = await run(process.execPath, ['--input-type=commonjs', '-e', code], { cwd: project })
    assert.equal(required.stdout, 'function\n', required.stderr)
  })
})

rarely('a second client of the installed program gets its own process', async () => {
  const target = { stdio: ['run', 'server.ts'], program: installedProgram, cwd: project }
  const [one, two] = await Promise.all([connectV2(target), connectV2(target)])
  assert.equal((await one.listTools()).tools.length, (await two.listTools()).tools.length)
  await Promise.all([one.close(), two.close()])
})
