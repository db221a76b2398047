import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

describe('npm:name as the server', () => {
  test('is installed once, said in one line, and run', async (t) => {
    using project = new Project({})
    const options = {
      cwd: project.folder,
      env: { FASTMCP_CACHE_DIR: project.path('cache') },
      input: hello,
      limit: 120_000,
    }
    const args = ['run', 'npm:@modelcontextprotocol/server-memory', '--yes']
    const first = await fastmcp(args, options)
    if (first.stderr.includes('cannot be installed')) return t.skip('npm cannot be reached')
    assert.match(
      first.stderr,
      /^fastmcp: installing @modelcontextprotocol\/server-memory once, into the cache\n/,
    )
    assert.match(first.stdout, /"serverInfo":\{"name":"memory-server"/)
    const second = await fastmcp(args, options)
    assert.doesNotMatch(second.stderr, /installing/)
    assert.match(second.stdout, /"serverInfo"/)
    return undefined
  })

  test('a package that is not there is one clear line', async () => {
    using project = new Project({})
    const env = { FASTMCP_CACHE_DIR: project.path('cache'), npm_config_fetch_retries: '0' }
    const outcome = await fastmcp(['run', 'npm:@modelcontextprotocol/no-such-server-there'], {
      env,
      limit: 120_000,
    })
    assert.equal(outcome.code, 3)
    assert.match(outcome.stderr, /no-such-server-there cannot be installed/)
    assert.doesNotMatch(outcome.stderr, /^\s+at /m)
  })

  test('what is no name of a package is refused', async () => {
    for (const spec of ['npm:', 'npm:../x', 'npm:a b', 'npm:--prefix']) {
      const outcome = await fastmcp(['run', spec])
      assert.equal(outcome.code, 2, spec)
      assert.match(outcome.stderr, /is not a package: use npm:name/)
    }
  })
})
