import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { transformSync } from 'esbuild'
import { cachedModules } from '../../../scripts/npm-cache.mjs'
import { codeOnly } from '../../../src/loader/meaning/lexers.ts'
import { instrument } from '../../../src/patches/packages/instrument.ts'
import { mayHaveToolHandlers } from '../../../src/patches/packages/tool-lists.ts'
import { allowInstalls } from '../../support/limits.ts'
import { root } from '../../support/program.ts'
import { rarely } from '../../support/whole.ts'

allowInstalls()

const modules = join(root, 'node_modules')
const calls = ['connect', 'serveStdio', 'createMcpHandler', 'start', 'mute', 'listen']
const toolHandlers = "globalThis[Symbol.for('fastmcp.toolHandlers')]?.(this)"

/** The files of a package in a format. */
const filesOf = (folder: string, ending: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file) && !file.includes('node_modules'))
    .map((file) => join(folder, file))

/** What is put into the files of a package, by how often; what does not fit fails. */
function putInto(folder: string, ending: RegExp): Record<string, number> {
  const found: Record<string, number> = {}
  const misfits: string[] = []
  for (const file of filesOf(folder, ending)) {
    const changed = instrument(readFileSync(file, 'utf8'), file, { onMisfit: (words) => misfits.push(words) })
    if (changed === undefined) continue
    transformSync(changed, { format: /\.cjs$|\/cjs\//.test(file) ? 'cjs' : 'esm' })
    for (const [name, call] of [...calls.map((one) => [one, `?.${one}(`]), ['toolHandlers', toolHandlers]]) {
      const count: number = changed.split(String(call)).length - 1
      if (count > 0) found[String(name)] = (found[String(name)] ?? 0) + count
      if (name === 'toolHandlers')
        assert.equal(count > 0, mayHaveToolHandlers(String(pathToFileURL(file))), file)
    }
  }
  assert.deepEqual(misfits, [])
  return found
}

describe('what starts a server is in the source of each package exactly once', () => {
  const official = join(modules, '@modelcontextprotocol')
  test('SDK v1', () => {
    for (const format of ['esm', 'cjs'])
      assert.deepEqual(putInto(join(official, 'sdk', 'dist', format), /\.js$/), {
        connect: 1,
        toolHandlers: 1,
      })
  })

  test('SDK v2', () => {
    for (const ending of [/\.mjs$/, /\.cjs$/]) {
      const each = { connect: 1, serveStdio: 1, createMcpHandler: 1, toolHandlers: 1 }
      assert.deepEqual(putInto(join(official, 'server', 'dist'), ending), each)
    }
  })

  test('the transport of tmcp', () => {
    const folder = join(modules, '@tmcp', 'transport-stdio', 'src')
    assert.deepEqual(putInto(folder, /\.js$/), { mute: 1, listen: 1 })
  })

  rarely('the framework called fastmcp', (t) => {
    let folder = ''
    try {
      // The one that the matrix has installed.
      folder = join(cachedModules('matrix-fastmcp-4-zod-4', 'fastmcp@4 zod@4'), 'fastmcp', 'dist')
    } catch (error) {
      return t.skip(`npm cannot be reached: ${String(error).slice(0, 100)}`)
    }
    for (const ending of [/\.js$/, /\.cjs$/]) assert.deepEqual(putInto(folder, ending), { start: 1 })
  })
})

describe('a function in a new form is told of', () => {
  const sdk = '/project/node_modules/@modelcontextprotocol'
  const forms = {
    'connect()': [
      `${sdk}/sdk/dist/esm/shared/protocol.js`,
      'connect = async (transport) => { this._requestHandlers; this._transport = transport; }',
    ],
    'serveStdio()': [`${sdk}/server/dist/stdio.mjs`, 'const serveStdio = async (factory) => {}'],
    'createMcpHandler()': [`${sdk}/server/dist/index.mjs`, 'async function createMcpHandler({ factory }) {}'],
    'start()': [
      '/project/node_modules/fastmcp/dist/index.js',
      "  start(options) {\n    if (options.kind === 'httpStream') return\n  }",
    ],
    StdioTransport: [
      '/project/node_modules/@tmcp/transport-stdio/src/index.js',
      'constructor (server) { process.stdin.setEncoding("utf8") }',
    ],
    'listen()': [
      String.raw`C:\project\node_modules\@tmcp\transport-stdio\src\index.js`,
      'listen = () => { process.stdin.setEncoding("utf8") } ; listen (1)',
    ],
  } as const
  for (const [name, [place, source]] of Object.entries(forms)) {
    test(name, () => {
      const told: string[] = []
      assert.equal(instrument(source, place, { onMisfit: (words) => told.push(words) }), undefined)
      assert.match(
        told.join(),
        new RegExp(`^(@modelcontextprotocol|@tmcp|fastmcp)\\S* has ${name.replace(/\W/g, '\\$&')} in a form`),
      )
      // In a file of the user's own it is a name like any other.
      assert.equal(instrument(source, '/project/server.js', { onMisfit: assert.fail }), undefined)
    })
  }
})

test('what only looks like the code of an SDK stays as it is, and its code is changed', () => {
  const text = 'async connect(transport) { this._transport = transport'
  const help = `export const help = \`_requestHandlers: ${text} }\`\n`
  assert.equal(instrument(help, '/project/server.ts', { codeOnly }), undefined)
  const bundled = `${help}class Protocol { _requestHandlers = 1; ${text} } }\n`
  const changed = instrument(bundled, '/project/server.js', { codeOnly }) ?? ''
  assert.ok(changed.startsWith(help))
  assert.match(changed, /class Protocol \{ _requestHandlers = 1; async connect\(transport\) \{const caught/)
})
