import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fastmcp, startFastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

const files = {
  'server.ts': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { word } from './word.ts'
enum Part { one = 1 }
export const server = new McpServer({ name: 'kept', version: '1.0.0' })
server.registerTool('hi', {}, () => ({ content: [{ type: 'text', text: word + Part.one }] }))
`,
  'word.ts': "export const word: string = 'hi'\n",
  regular: '',
}

/** Where nothing can be written, by root neither: a folder that no file system makes, and one below a file. */
const nowhere = (below: string): Record<string, Record<string, string>> => ({
  'a cache folder that cannot be made': { FASTMCP_CACHE_DIR: '/proc/none' },
  'a cache folder below a file': { FASTMCP_CACHE_DIR: below },
  'no place of the person': { HOME: '/proc/none', XDG_CACHE_HOME: '/proc/none', TMPDIR: '/proc/none' },
})

describe('where nothing can be written', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  for (const name of chosen(Object.keys(nowhere('')), 3)) {
    test(`${name}: TypeScript is served, and it is said once`, async () => {
      using project = new Project(files)
      const env = { FASTMCP_CACHE_DIR: undefined, ...nowhere(project.path('regular/cache'))[name] }
      const options = { cwd: project.folder, env }
      for (const _ of ['first', 'second']) {
        const outcome = await fastmcp(['call', 'server.ts', 'hi'], options)
        assert.equal(outcome.stdout, 'hi1\n', outcome.stderr)
        assert.equal(outcome.stderr, '')
      }
      const run = ['run', 'server.ts', '--log-level', 'debug']
      await using running = startFastmcp(run, options)
      running.child.stdin?.write(hello)
      await running.until(/"name":"kept"/, 'stdout')
      // It is said while what has been compiled would be kept, which nobody who ends at once waits for.
      await running.until(/cache/)
      running.child.stdin?.end()
      const { code } = await running.exited
      const { stderr } = running
      assert.equal(code, 0, stderr)
      assert.equal(stderr.split('\n').filter((line) => /cache/.test(line)).length, 1, stderr)
      const built = await fastmcp(['build', 'server.ts', '-o', project.path('out.mjs')], {
        ...options,
        limit: 60_000,
      })
      assert.equal(built.code, 0, built.stderr)
    })
  }
})

describe('a cache that is not of this start', () => {
  /** What is in a cache folder, by path, with what becomes of each text. */
  const changed = (folder: string, change: (text: Buffer) => Buffer) => {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      try {
        writeFileSync(`${folder}/${name}`, change(readFileSync(`${folder}/${name}`)))
      } catch {
        // A folder.
      }
    }
  }
  const faults: Record<string, (text: Buffer) => Buffer> = {
    'of another version': (text) =>
      Buffer.from(text.toString('latin1').replaceAll(/\d+\.\d+\.\d+/g, '9.9.9'), 'latin1'),
    'cut short': (text) => text.subarray(0, text.length / 2),
    'of nothing but zeros': (text) => Buffer.alloc(text.length),
    empty: () => Buffer.alloc(0),
  }
  for (const [name, change] of chosen(Object.entries(faults), 6)) {
    test(`${name}, with two starts at once`, async () => {
      using project = new Project(files)
      const folder = project.path('cache')
      const options = { cwd: project.folder, env: { FASTMCP_CACHE_DIR: folder } }
      const call = () => fastmcp(['call', 'server.ts', 'hi'], options)
      await call()
      changed(folder, change)
      for (const { stdout, stderr } of [...(await Promise.all([call(), call()])), await call()])
        assert.deepEqual([stdout, stderr], ['hi1\n', ''])
    })
  }
})
