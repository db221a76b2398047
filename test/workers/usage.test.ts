import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fastmcp, root } from '../support/program.ts'
import { Project } from '../support/project.ts'

const fixtures = `${root}test/fixtures/workers/`

/** What cannot be, and what is said of it. */
const refused: Record<
  string,
  { args: readonly string[]; says: RegExp; file?: string; fixture?: string; code?: number }
> = {
  stdio: {
    args: ['--workers', '2'],
    says: /--workers has no effect on stdio\. Add -t http, or leave it out/,
  },
  'no number': {
    args: ['-t', 'http', '--workers', 'many'],
    says: /--workers: must be auto or a whole number from 1 to 256/,
  },
  'a server that is loaded again with every save': {
    args: ['-t', 'http', '--workers', '2', '--reload'],
    says: /--workers has no effect with --reload/,
  },
  'an app that speaks MCP itself': {
    args: ['-t', 'http', '-p', '0', '--workers', '2'],
    file: `import { createServer } from 'node:http'
createServer((request, response) => response.end('mine')).listen(3000)`,
    says: /this app speaks MCP itself.*add --sessions anywhere/,
  },
  'a machine that has no port by which they could reach each other': {
    args: ['-t', 'http', '-p', '0', '--workers', '2'],
    fixture: 'no-peer-port.ts',
    says: /^fastmcp: a worker could not open a port on 127\.0\.0\.1 \(EADDRNOTAVAIL\).*leave --workers out\.$/m,
    code: 4,
  },
  'a file that does not load, once': {
    args: ['-t', 'http', '-p', '0', '--workers', '2'],
    file: `throw new Error('broken')`,
    says: /broken/,
    code: 3,
  },
}

describe('workers are refused with words', () => {
  for (const [name, { args, says, file, fixture = 'shared.ts', code: wanted = 2 }] of Object.entries(
    refused,
  )) {
    test(`for ${name}`, async () => {
      using project = new Project(file === undefined ? {} : { 'app.mjs': file })
      const server = file === undefined ? `${fixtures}${fixture}` : project.path('app.mjs')
      const { code, stderr } = await fastmcp(['run', server, ...args], { cwd: project.folder })
      assert.match(stderr, says)
      assert.equal(code, wanted, stderr)
    })
  }
})

test('fastmcp dev, which uses no workers, is not refused for what their variable would contradict', async () => {
  const env = { FASTMCP_METRICS_PORT: '9464', FASTMCP_WORKERS: '2' }
  const { code, stderr } = await fastmcp(['dev', `${fixtures}shared.ts`, '--print-config'], { env })
  assert.equal(code, 0, stderr)
})
