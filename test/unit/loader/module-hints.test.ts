// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are sources.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { callsItself } from '../../../src/loader/choose.ts'
import { hintsOf } from '../../../src/loader/module-hints.ts'
import { table } from '../../support/table.ts'

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-hints-'))
after(() => rmSync(folder, { recursive: true }))

const hints = (source: string, exportName?: string) => {
  const file = join(folder, 'server.ts')
  writeFileSync(file, source)
  return hintsOf(file, exportName)
}

table('whether hintsOf expects a server among the exports', (source: string) => hints(source).exportsServer, [
  ['', false],
  ['export const mcp = new McpServer({})', true],
  ['export const mcp: McpServer = make()', true],
  ['export class A {}\nexport const server = await make()', true],
  ['export default make()', true],
  ['const one = new Server()\r\nexport default one\r\n', true],
  ['const weather = new sdk.McpServer()\nexport { weather }', true],
  ['var a=new McpServer;export{a as mcp};', true, 'minified'],
  ['export async function createServer() {}', true],
  ['module.exports = { mcp, other: 1 }', true],
  ['module.exports = make()', true],
  ['exports.mcp = make()', true],
  ["export * from './server.ts'", true, 'what it says nothing of'],
  ['__exportStar(require("./a"), exports)', true],
  ['const größe = 1\nexport const mcp = größe', true],
  [
    'function make() { const app = new McpServer({}) }\nexport const app = express()',
    false,
    "the module's own",
  ],
  ['const make = () => {\n  const server = express()\n}\nexport const server = new McpServer({})', true],
  ['// const app = express()\nconst app = new McpServer({})\nexport { app }', true, 'not one in a comment'],
  ['export const other = 1', false],
  ['export const __proto__ = 1', false],
  ['const mcp = new McpServer({})', false],
  ['export const app = express()', false],
  ['export const server = http.createServer()', false],
  ['const app = new Hono()\nexport default app', false],
  ['export const server = app.listen(3000)', false, 'what an app that listens returns'],
  ['const server = http.createServer(app).listen(3000)\nmodule.exports = { server }', false],
  ['export const server = serve({ fetch: app.fetch })', false],
  ['export const server = new http.Server(app)', false],
  ['export const server = make({ listen: true })', true],
  ['export const weather = new Weather()', false],
  ['// export const mcp = make()', false],
  ['/* \n * export const mcp = make()\n */', false],
  ['const help = "export const mcp = make()"', false, 'an example in a text'],
  ['const help = `\nexport const mcp = ${name}\n`', false],
  ['const a = /[\'"]/\nexport const mcp = make()', true],
  ["const a = 'it\\'s'\nexport const mcp = make()", true],
  ["const a = /'/; export const mcp = make(); const b = /'/", true, 'quotes that begin nothing'],
  ['export {}', false],
])

table(
  'whether hintsOf has what it starts caught',
  ([source, name]: readonly [string, string?]) => hints(source, name).capture,
  [
    [[''], true],
    [['export const mcp = make()'], false],
    [['export const mcp = make()\nnew StdioTransport(mcp)'], true],
    [["export * from './server.ts'"], true],
    [['export const app = createApp()\napp.listen(3000)'], true],
    [['export const app = await createApp()\nserve({ fetch: app.fetch })'], true],
    [['export const app = createApp()\n// app.listen(3000)'], false],
    [['export const server = new Weather()\nserver.run().catch(console.error)'], true],
    [['const one = new Weather()\none.run()\nexport default one'], true],
    [['export const mcp = new FastMCP()\nif (isMain(import.meta)) mcp.run()'], false],
    [['export const server = new FastMCP()\nserver.start({})'], true],
    [['export const mcp = new McpServer({})\nawait mcp.connect(transport)'], false],
    [["import app from './app.js'\napp.listen(3000)\nexport default app"], true],
    [["import { app } from './app.js'\napp.listen(3000)\nexport { app }"], true],
    [
      ["import { Server } from 'node:http'\nexport const server = new Server(app)\nserver.listen(3000)"],
      true,
    ],
    [['export const app = new App()\napp.listen(3000)'], true],
    [['export const server = new Weather()\nawait server.init()'], true],
    [['const one = new Weather()\nexport default one\nvoid one.launch()'], true],
    [['const { server } = await setup()\nexport { server }\nawait server.connect(transport)'], true],
    [['export const server = new Weather()\n// server.init()'], false],
    [["import { app } from './app.js'\nexport { app }"], false],
    [['export const server = new Server({}, {})\nawait server.connect(transport)'], false],
    [['', 'mcp'], false],
    [['', 'createServer'], false],
    [['', 'weather'], true],
  ],
)

table('whether hintsOf finds a guard', (source: string) => hints(source).guarded, [
  ['if (import.meta.main) run()', true],
  ['if (require.main === module) run()', true],
  ['if (isMain(import.meta)) run()', true],
  ['if (process.argv[1] === file) run()', true],
  ['if (argv[1] === file) run()', true, 'imported from node:process'],
  ['if (process.argv.at(1) === file) run()', true],
  ['if (file === process.argv?.[1]) run()', true],
  ['const [, script] = process.argv\nif (script === file) run()', true],
  ['if (esMain(import.meta)) run()', true],
  ['if (isMainModule(import.meta.url)) run()', true],
  ['if (direct(import.meta.url)) run()', true, "another file's"],
  ['if (await meta.startedBy(import.meta)) run()', true],
  ['direct(import.meta.url) && run()', true],
  ['runIfMain(import.meta, run)', true],
  ['if (isDirectRun()) run()', true],
  ['const require = createRequire(import.meta.url)', false],
  ['if (statSync(path).isDirectory()) run()', false],
  ["if (existsSync(new URL('keys', import.meta.url))) run()", false],
  ['const [name] = process.argv.slice(2)', false],
  ['// if (import.meta.main)', false],
  ['run()', false],
])

table('whether hintsOf expects stdio', (source: string) => hints(source).speaksStdio, [
  ['connect(new StdioServerTransport())', true],
  ['serveStdio(mcp)', true],
  ["start({ transportType: 'stdio' })", true],
  ['new StdioTransports()', false],
  ['', false],
])

const called = (source: string) => {
  const file = join(folder, 'starter.ts')
  writeFileSync(file, source)
  return callsItself(file, 'start')
}

table('callsItself', called, [
  ['export async function start() {}\nvoid start()', true],
  ['export const start = async () => {}\nstart().catch(console.error)', true],
  ['export async function start() {}', false],
  ['// The binary calls start() of this file.\nexport async function start() {}', false],
  ["export async function start() {}\nexport const help = 'call start() first'", false],
  ['class Clock {\n  start() {\n  }\n}\nexport const start = () => new Clock().start()', false],
  ['class Clock {\n  start(at: number): void {}\n}\nexport const start = () => {}', false],
  ['interface Clock {\n  start(): void\n}\nexport const start = () => {}', false],
  ['export function start() {}\nopen ? start() : stop()', true],
])
