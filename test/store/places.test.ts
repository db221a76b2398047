import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { fastmcp, listening, patience, program, root, type Started, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { call } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

type Served = Started & { url: URL }

/** Counts with its session. */
const source = `
import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'kept', version: '1.0.0' })
mcp.tool({ name: 'count', description: 'Counts' }, async (_input, ctx) => {
  const count = ((await ctx.state.get('count')) ?? 0) + 1
  await ctx.state.set('count', count)
  return String(count)
})
`

const ways: Record<string, (project: Project, options: string[]) => readonly string[]> = {
  dev: (project, options) => [program, 'dev', project.path('server.mjs'), '--no-inspector', ...options],
  'run --reload': (project, options) => [program, 'run', project.path('server.mjs'), '--reload', ...options],
  'a built file': (project, options) => [project.path('built.mjs'), ...options],
  'run() of the library': (project, options) => {
    const given = Object.fromEntries(
      pairs(options).map(([flag = '', value]) => [nameOf[flag] ?? flag, value]),
    )
    project.write('library.mjs', `${source}\nawait mcp.run(${JSON.stringify(given)})`)
    return [project.path('library.mjs')]
  },
}

const nameOf: Record<string, string> = { '-t': 'transport', '-p': 'port', '--store': 'store' }
const pairs = (words: readonly string[]) =>
  words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]]] : []))

describe('sessions outlive a kill, whatever serves them', () => {
  for (const [name, argsOf] of chosen(Object.entries(ways), 4, 3)) {
    test(name, async () => {
      using project = new Project({ 'server.mjs': source })
      if (name === 'a built file') {
        const built = await fastmcp(['build', 'server.mjs', '-o', 'built.mjs'], {
          cwd: project.folder,
          limit: 6 * patience,
        })
        assert.equal(built.code, 0, built.stderr)
      }
      const options = [
        '-t',
        'http',
        '-p',
        String(await freePort()),
        '--store',
        `file:${project.path('kept.db')}`,
      ]
      const args = argsOf(project, options)
      const serve = (): Promise<Served> => listening(start(process.execPath, args, { cwd: root }))
      let headers: Record<string, string>
      {
        await using first = await serve()
        headers = await openSession(first.url)
        assert.equal((await call(first.url, headers, 'count', {}, 1)).result?.content?.[0]?.text, '1')
        first.kill('SIGKILL')
        await first.exited
      }
      await using second = await serve()
      const answer = await call(second.url, headers, 'count', {}, 2)
      assert.deepEqual([answer.status, answer.result?.content?.[0]?.text], [200, '2'])
      const { status } = await call(second.url, { ...headers, 'mcp-session-id': 'another' }, 'count')
      assert.equal(status, 404)
    })
  }
})
