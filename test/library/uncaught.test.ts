import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { root, run } from '../support/program.ts'

/** Mistakes that end a program of whoever uses the library, and what it then reads. */
const mistakes: Record<string, { code: string; says: RegExp }> = {
  'a server without a name': { code: 'new FastMCP({})', says: /name/ },
  'a tool without a handler': { code: `mcp.tool({ name: 'idle' })`, says: /has no handler/ },
  'a schema that is not one': {
    code: `mcp.tool({ name: 'add', input: {} }, () => 1)`,
    says: /Standard Schema/,
  },
  'a context where there is no call': { code: 'getContext()', says: /getContext/ },
  'a server that is not there': { code: `await connect('http://127.0.0.1:1/mcp')`, says: /cannot/ },
  'a tool that is not there': {
    code: `await (await connect(mcp)).callTool({ name: 'gone' })`,
    says: /Method not found/,
  },
}

describe('a program that an error of the library ends shows that error, not a screen of our code:', () => {
  for (const [name, { code, says }] of Object.entries(mistakes)) {
    test(name, async () => {
      const source = `
        import { connect, FastMCP, getContext } from '${root}dist/library.js'
        const mcp = new FastMCP('demo')
        ${code}`
      const ended = await run(process.execPath, ['--input-type=module', '-e', source])
      assert.equal(ended.code, 1)
      assert.match(ended.stderr, says)
      const lines = ended.stderr.split('\n').map((line) => line.length)
      assert.ok(Math.max(...lines) < 1_000, `a line of ${Math.max(...lines)} characters`)
    })
  }
})
