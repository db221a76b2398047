import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AuthorizationServer,
  seconds,
  startAuthorizationServer,
} from '../support/authorization-server.ts'
import { serveSse } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { initialize, mcpHeaders, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'
import { bearer, plainServer } from './guarded-roads.ts'

interface Guard {
  args(project: Project, issuer: AuthorizationServer): readonly string[]
  /** Two callers, each by a token that is good. */
  good(issuer: AuthorizationServer): Promise<readonly [string, string]>
  bad(issuer: AuthorizationServer): Promise<readonly string[]>
}

/** What guards a plain file from outside. */
const guards: Record<string, Guard> = {
  '--token-file': {
    args: (project) => ['--token-file', project.path('tokens.txt')],
    good: () => Promise.resolve(['first', 'other']),
    bad: () => Promise.resolve(['firs', 'ann', 'first2']),
  },
  '--jwt-issuer': {
    args: (_, issuer) => ['--jwt-issuer', issuer.issuer, '--jwt-audience', issuer.audience],
    good: (issuer) => Promise.all([issuer.token(), issuer.token({ sub: 'bob' })]),
    bad: (issuer) =>
      Promise.all([
        issuer.token({ exp: seconds(-60) }),
        issuer.token({ aud: 'https://x.example' }),
        issuer.token({ iss: 'https://x.example' }),
        issuer.unsigned(),
        issuer.confused(),
        issuer.forged(),
        issuer.unknownKey(),
      ]),
  },
  '--introspect': {
    args: (_, issuer) => ['--introspect', `${issuer.origin}/introspect`],
    good: (issuer) => {
      const active = { active: true, client_id: 'app', exp: seconds(300) }
      issuer.known.set('ann-token', { ...active, sub: 'ann' }).set('bob-token', { ...active, sub: 'bob' })
      return Promise.resolve(['ann-token', 'bob-token'])
    },
    bad: (issuer) => {
      issuer.known.set('ended', { active: true, client_id: 'app', sub: 'ann', exp: seconds(-60) })
      return Promise.resolve(['nothing', 'ended'])
    },
  },
}

for (const [name, guard] of chosen(Object.entries(guards), 3, 1)) {
  test(`on SSE ${name} admits to a stream whom it knows, and to a session whoever has opened it`, async () => {
    using issuer = await startAuthorizationServer()
    using project = new Project({ 'server.ts': plainServer, 'tokens.txt': 'ann=first\nbob=other\n' })
    const [ann, bob] = await guard.good(issuer)
    await using server = await serveSse(project.path('server.ts'), guard.args(project, issuer))
    const bad = await guard.bad(issuer)
    for (const headers of [{}, ...bad.map(bearer)]) {
      const asked = { method: 'GET', headers: { accept: 'text/event-stream', ...headers } }
      assert.equal((await send(server.url, asked)).status, 401, JSON.stringify(headers))
    }
    const stopped = new AbortController()
    const stream = await fetch(server.url, { headers: bearer(ann), signal: stopped.signal })
    assert.equal(stream.status, 200)
    const { value } = (await stream.body?.getReader().read()) ?? {}
    const [, path = ''] = /data: (\S+)/.exec(Buffer.from(value ?? []).toString()) ?? []
    const post = async (headers: Record<string, string>) =>
      (await send(server.url, { path, headers: { ...mcpHeaders, ...headers }, body: initialize })).status
    for (const headers of [{}, ...bad.map(bearer)]) assert.equal(await post(headers), 401)
    assert.equal(await post(bearer(bob)), 404)
    assert.equal(await post(bearer(ann)), 202)
    stopped.abort()
    for (const token of [ann, bob, ...bad]) assert.ok(!server.stderr.includes(`"${token}"`))
  })
}
