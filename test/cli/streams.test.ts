import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { root, serveHttp, startFastmcp } from '../support/program.ts'
import { initialize, mcpHeaders, send } from '../support/raw-http.ts'

const server = `${root}test/fixtures/http/routes.ts`

describe('a reader that goes away early is no failure', () => {
  const rows: Record<string, { args: string[]; code: number; stream: 'stdout' | 'stderr' }> = {
    'the help': { args: ['--help'], code: 0, stream: 'stdout' },
    'the help of a command': { args: ['run', '--help'], code: 0, stream: 'stdout' },
    'the version': { args: ['--version'], code: 0, stream: 'stdout' },
    'the settings': { args: ['run', server, '--print-config'], code: 0, stream: 'stdout' },
    'no command, with nobody to tell': { args: [], code: 2, stream: 'stderr' },
    'a wrong word, with nobody to tell': { args: ['rnu'], code: 2, stream: 'stderr' },
  }
  for (const [name, { args, code, stream }] of Object.entries(rows)) {
    test(name, async () => {
      await using started = startFastmcp(args)
      started.child[stream]?.destroy()
      assert.deepEqual(await started.exited, { code, signal: null })
      assert.equal(started.stderr, '')
    })
  }
})

test('a server goes on when nobody reads its words any more', async () => {
  await using running = await serveHttp(server)
  running.child.stderr?.destroy()
  for (let tries = 0; tries < 3; tries++) {
    const refused = await send(running.url, {
      headers: { ...mcpHeaders, host: 'evil.example' },
      body: initialize,
    })
    assert.equal(refused.status, 403)
  }
  assert.equal((await send(running.url, { headers: mcpHeaders, body: initialize })).status, 200)
  assert.equal(running.child.exitCode, null)
})
