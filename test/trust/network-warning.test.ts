import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { program, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

const server = (auth: string) => `
import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'open'${auth === '' ? '' : `, auth: ${auth}`} })
mcp.tool({ name: 'one' }, () => 'one')
`

/** What hooks do with a caller who says nothing, and what is said of it. */
const hooks: [name: string, auth: string, warning: RegExp | undefined][] = [
  ['no hook', '', /reachable from the network without authentication/],
  [
    'admits everybody',
    `() => ({ token: '', clientId: 'anybody' })`,
    /its auth hook admits callers without a token/,
  ],
  [
    'admits everybody while a variable is not set',
    `async () => process.env.SECRET ? undefined : { token: '', clientId: 'anybody', scopes: [] }`,
    /its auth hook admits callers without a token/,
  ],
  ['refuses', '() => undefined', undefined],
  ['answers by itself', '() => new Response(null, { status: 403 })', undefined],
  ['throws', `() => { throw new Error('no') }`, undefined],
]
const starts: [name: string, args: readonly string[]][] = [
  ['run', [program, 'run', 'server.ts', '-t', 'http', '-p', '0', '--host', '0.0.0.0']],
  ['dev', [program, 'dev', 'server.ts', '--no-inspector', '-p', '0', '--host', '0.0.0.0']],
  ['run() in the code', ['by-itself.mjs']],
]

describe('on all addresses of the machine, whoever lets in everybody is told so', () => {
  for (const [name, args] of chosen(starts, 2)) {
    for (const [hook, auth, warning] of chosen(hooks, 2)) {
      test(`${name}: ${hook}`, async () => {
        using project = new Project({
          'server.ts': server(auth),
          'by-itself.mjs': `${server(auth)}await mcp.run({ transport: 'http', port: 0, host: '0.0.0.0' })`,
        })
        await using started = start(process.execPath, args, { cwd: project.folder })
        const [, url = ''] = await started.until(/listening on (\S+)/)
        if (warning) return void (await started.until(warning))
        // By the time a caller has been answered, the warning would have been given.
        await (await fetch(url, { method: 'POST', body: '{}' })).text()
        assert.doesNotMatch(started.stderr, /reachable from the network/)
      })
    }
  }
})

test('on this machine alone, and with --token-env, there is nothing to be said', async () => {
  using project = new Project({ 'server.ts': server('') })
  const options = { cwd: project.folder, env: { SECRET: 'x' } }
  for (const more of [[], ['--host', '0.0.0.0', '--token-env', 'SECRET']]) {
    const args = [program, 'run', 'server.ts', '-t', 'http', '-p', '0', ...more]
    await using started = start(process.execPath, args, options)
    const [, url = ''] = await started.until(/listening on (\S+)/)
    await (await fetch(url, { method: 'POST', body: '{}' })).text()
    assert.doesNotMatch(started.stderr, /reachable from the network/)
  }
})
