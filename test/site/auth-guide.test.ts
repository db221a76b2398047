import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksOf } from '../../scripts/site/pages.ts'
import { freePort } from '../support/free-port.ts'
import { allowInstalls } from '../support/limits.ts'
import { LoginHome } from '../support/login-home.ts'
import { OidcServer } from '../support/oidc-server.ts'
import { serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'

allowInstalls()

const source = blocksOf('docs/guide/auth.md').find(({ title }) => title === 'server.ts')?.text ?? ''

test('the server of the page on auth, in front of oidc-provider: a login in the browser, and a scope that is missing', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/mcp`
  await using issuer = await OidcServer.start(url)
  using project = new Project({ 'server.ts': source })
  const env = { ISSUER: issuer.origin, AUDIENCE: url }
  await using _served = await serveHttp(project.path('server.ts'), ['-p', `${port}`], { env })
  assert.equal((await fetch(url, { method: 'POST' })).status, 401)
  using home = new LoginHome()
  const called = await home.run('call', url, 'whoami')
  assert.equal(called.stdout, 'ann\n', called.stderr)
  assert.equal(home.opened.length, 1)
})
