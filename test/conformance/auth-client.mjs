// The client under test of the official suite: our own commands, as a person with a browser would use them.
//   node test/conformance/auth-client.mjs <url>
// MCP_CONFORMANCE_SCENARIO names the scenario, and MCP_CONFORMANCE_CONTEXT holds what its client was given before.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const [, , url = ''] = process.argv
const { MCP_CONFORMANCE_SCENARIO: scenario = '', MCP_CONFORMANCE_CONTEXT: context = '{}' } = process.env
const { client_id: id, client_secret: secret } = JSON.parse(context)

const given = id && secret ? ['--client-id', id, '--client-secret-env', 'CLIENT_SECRET'] : []
if (scenario === 'auth/client-credentials-basic') given.push('--client-credentials')
// The address is the suite's own, for clients that are told by their document.
if (scenario === 'auth/basic-cimd')
  given.push('--client-metadata-url', 'https://conformance-test.local/client-metadata.json')

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-suite-'))
const env = {
  ...process.env,
  FASTMCP_LOGIN_DIR: join(folder, 'logins'),
  TEST_BROWSER_LOG: join(folder, 'browser.log'),
  BROWSER: path('../support/browser.mjs'),
  CLIENT_SECRET: secret ?? '',
}
const fastmcp = (...args) =>
  spawnSync(process.execPath, [path('../../bin/fastmcp.js'), ...args, ...given], {
    env,
    stdio: ['ignore', 2, 2],
  }).status

try {
  process.exitCode = fastmcp('list', url) || fastmcp('call', url, 'test-tool')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
