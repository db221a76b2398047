// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are sources.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { edited, lineAt, sourceOf } from '../../../src/build/code-places.ts'
import { computedNames } from '../../../src/build/computed-names.ts'
import { dockerfile } from '../../../src/build/dockerfile.ts'
import { reachingReason, transportsIn } from '../../../src/build/left-out.ts'
import { ownRequires } from '../../../src/build/own-requires.ts'
import { refusalsOf } from '../../../src/build/refusals.ts'
import { threadsIn } from '../../../src/build/threads.ts'
import { table } from '../../support/table.ts'

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-sources-'))
mkdirSync(join(folder, 'tools'))
for (const name of ['tools/one.ts', 'tools/two.js', 'tools/two.d.ts', 'tools/notes.md', 'tools/words.json'])
  writeFileSync(join(folder, name), '')
after(() => rmSync(folder, { recursive: true }))

const at = (text: string) => sourceOf(join(folder, 'server.ts'), text)

/** The names among which a computed one chooses. */
const choices = (text: string) => {
  const { edits, unknown } = computedNames(at(text))
  if (unknown.length > 0) return `unknown ${unknown.map(({ how }) => how)}`
  return edits.map(
    (edit) => [...edit.text.matchAll(/"([^"]+)": \(\)/g)].map(([, name]) => name).join(' ') || edit.text,
  )
}

const all =
  './tools/one.ts ./tools/one.js ./tools/one ./tools/two.js ./tools/two ./tools/words.json ./tools/words'

table('what a computed name chooses among', choices, [
  ["await import('./tools/one.js')", []],
  ['import(`./tools/one.js`)', []],
  ['import(`./tools/${name}.js`)', ['./tools/one.js ./tools/two.js']],
  ["import('./tools/' + name + '.js')", ['./tools/one.js ./tools/two.js']],
  ['import(`./tools/${name}`)', [all]],
  ["await import(http ? './http.js' : './stdio.js')", ['./http.js ./stdio.js']],
  ["require(a ? './a.js' : b === 1 ? './b.js' : './c.js')", ['./a.js ./b.js ./c.js']],
  ["import(a ? './a.js' : name)", 'unknown import'],
  ['import(new URL(`./tools/${name}.js`, import.meta.url).href)', ['./tools/one.js ./tools/two.js']],
  ['require(`./tools/${name}.json`)', ['./tools/words.json']],
  ["const spec: string = 'effect'\nawait import(spec)", ["'effect'"]],
  ['import(name)', 'unknown import'],
  ['import(join(folder, name))', 'unknown import'],
  ['import(`./nowhere/${name}.js`)', 'unknown import'],
  ['require(name)', 'unknown require'],
  ["// import(name)\nconst text = 'import(name)'", [], 'no code'],
  ['loader.import(name); loader.require(name)', [], 'methods'],
  ['class Loader {\n  import(name) {\n    return name\n  }\n}', [], 'a method that is declared'],
  [
    'class Store {\n  async import(data: Row[]): Promise<void> {\n    return\n  }\n}',
    [],
    'a method with types',
  ],
  ['class Store {\n  async import(rows): Promise<void> {\n    return\n  }\n}', [], 'a method with a result'],
  ['interface Store {\n  import(data: string, depth?: number): void\n  require(name?: string): Row\n}', []],
  ['interface Store { import({ rows }: Page): void; require([first]: Row[]): Row }', []],
  [
    'abstract class Store { abstract import(rows: Row[]): void; static require(...rows: Row[]): void {} }',
    [],
  ],
  ['const store = { async import(rows: T) {}, require(name: string) {} }', []],
  ['a ? import(name) : b', 'unknown import', 'no result of a method'],
  ['type Tool = import("./tools/one.js").Tool', []],
])

const required = (text: string) => edited(at(text), ownRequires(at(text)))

table('functions that require, made by the file itself', required, [
  [
    "const require = createRequire(import.meta.url)\nconst { version } = require('../package.json'), path = require.resolve('zod')",
    "const __built_required = createRequire(import.meta.url)\nconst { version } = require('../package.json'), path = __built_required.resolve('zod')",
  ],
  [
    "const load = module.createRequire(import.meta.url); load('./a.json'); load.resolve('b'); reload('c')",
    "const load = module.createRequire(import.meta.url); require('./a.json'); load.resolve('b'); reload('c')",
  ],
  [
    "const text = 'const require = createRequire(import.meta.url)'",
    "const text = 'const require = createRequire(import.meta.url)'",
  ],
])

const threads = (text: string) => {
  const { threads: found, unknown } = threadsIn(at(text))
  return [
    ...found.map(({ from, end, name }) => `${name} ${text.slice(from, end)}`),
    ...unknown.map(() => 'unknown'),
  ]
}

const threaded = (text: string) => threads(`import threads, { Worker } from 'node:worker_threads'\n${text}`)

table('threads', threaded, [
  [
    "new Worker(new URL('./w.js', import.meta.url), { workerData })",
    ["./w.js new URL('./w.js', import.meta.url)"],
  ],
  [
    "new threads.Worker(fileURLToPath(new URL('./w.js', import.meta.url)))",
    ["./w.js fileURLToPath(new URL('./w.js', import.meta.url))"],
  ],
  ["new Worker(path.join(__dirname, 'w.js'))", ["./w.js path.join(__dirname, 'w.js')"]],
  ["new Worker('print(1)', { eval: true })", []],
  ['new Worker(file)', ['unknown']],
])

table('what is called as threads are, and is none', threads, [
  ["import { Worker } from 'bullmq'\nnew Worker('mails', send, { connection })", []],
  [
    "import { Worker, type Job } from 'bullmq'\nimport { threadId } from 'node:worker_threads'\nnew Worker(queue)",
    [],
  ],
  ["const { Worker } = require('bullmq')\nnew Worker(queue)", []],
  ['class Worker {}\nnew Worker(queue)', []],
  ["import bull from 'bullmq'\nimport threads from 'worker_threads'\nnew bull.Worker(queue)", []],
  ["import threads from 'worker_threads'\nnew threads.Worker(file)", ['unknown']],
  ["const { Worker } = await import('node:worker_threads')\nnew Worker(file)", ['unknown']],
  ["import { Worker as Thread } from 'node:worker_threads'\nnew Thread(file)", ['unknown']],
])

const refusedFor = (text: string) =>
  refusalsOf(at(text), computedNames(at(text)).unknown).map(({ from }) => lineAt(at(text), from).line)

table('lines for which a file is refused', refusedFor, [
  ['export const a = 1', []],
  ['\nError.prepareStackTrace = (_, sites) => sites', [2]],
  ["import sites from 'callsites'\n\nsites()[0].getFileName()", [3]],
  ['upload.getFileName()', [], 'a method of that name'],
  ["import { fork } from 'node:child_process'\nfork('./child.js')", [2]],
  ["import { exec, fork as begin } from 'child_process'\nbegin('./child.js')", [2]],
  ["import cp from 'node:child_process'\ncp.fork('./child.js')", [2]],
  ["const { fork } = require('child_process')\nfork('./child.js')", [2]],
  ["const cp = await import('node:child_process')\ncp.fork('./child.js')", [2]],
  ["require('child_process').fork('./child.js')", [1]],
  ["import cluster from 'node:cluster'\ncluster.fork()", [2]],
  ["queue.fork('./child.js')", []],
  ["import { spawn } from 'node:child_process'\nimport { fork } from 'effect'\nfork(task)", []],
  [
    "import { spawn } from 'node:child_process'\nexport async function fork(repository: string) {}\nfork('a')",
    [],
  ],
  ["import { spawn } from 'node:child_process'\nclass Git {\n  fork(name: string) {}\n}", []],
  ['\n  await import(name)', [2]],
])

table('why code of a package keeps it out', reachingReason, [
  ["require(path.join(__dirname, 'lib', name))", 'requires files of its own by computed names'],
  ['require(`./locales/${name}`)', 'requires files of its own by computed names'],
  ['import(new URL(`./${name}.js`, import.meta.url))', 'imports files of its own by computed names'],
  ["fs.readFileSync(join(__dirname, 'words.txt'))", 'reads files of its own'],
  ["const file = __dirname + '/sql.wasm'", 'reads files of its own'],
  ["require(require('path').join(__dirname, name))", 'requires files of its own by computed names'],
  ["const root = require('path').join(__dirname, '..')", undefined],
  ["require('./lib/one')", undefined],
  ['require(name)', undefined, "somebody else's"],
  ['const root = __dirname', undefined],
])

table('packages that pino looks for by name', transportsIn, [
  ["pino({ transport: { target: 'pino-pretty' } })", ['pino', 'pino-pretty']],
  ["pino.transport({ targets: [{ target: 'pino/file' }, { target: '@a/b' }] })", ['pino', '@a/b']],
  ["pino({ level: 'info' })", []],
  ["connect({ transport, target: 'x' })", [], 'something else'],
])

const lines = ([packages, data]: [string[], string[]]) =>
  dockerfile('dist/server.mjs', { packages, data }).match(/^(?:RUN|COPY) .*/gm)

table('what a Dockerfile installs and copies', lines, [
  [[[], []], ['COPY dist/server.mjs ./dist/']],
  [
    [['better-sqlite3@12.0.0'], ['data/', 'words.txt', 'my data/a.txt']],
    [
      'RUN npm install --no-package-lock --no-audit --no-fund better-sqlite3@12.0.0',
      'COPY dist/server.mjs ./dist/',
      'COPY data/ ./data/',
      'COPY words.txt ./',
      'COPY ["my data/a.txt","./my data/"]',
    ],
  ],
])
