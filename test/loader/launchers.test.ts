import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { describe, test } from 'node:test'
import { connectV1, textOf } from '../support/clients.ts'
import { fastmcp, program, Started, serveHttp, serveSse } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { callTwice, shape } from '../support/shapes.ts'
import { chosen } from '../support/whole.ts'

/** What packages run that only find the program which is the server, and hand it their streams. */
const launchers = {
  'spawn()': `const child = require('node:child_process').spawn(COMMAND, ARGS, { stdio: 'inherit' })
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('close', (code) => process.exit(code ?? 0))`,
  'spawn() of an import': `import { spawn } from 'node:child_process'
const child = spawn(COMMAND, ARGS, { stdio: ['inherit', process.stdout, 'pipe'] })
child.on('exit', (code) => { process.exitCode = code })`,
  'execFileSync()': `require('child_process').execFileSync(COMMAND, ARGS, { stdio: 'inherit' })`,
  'spawnSync()': `const { spawnSync } = require('child_process')
async function main() {
  const { status } = spawnSync(COMMAND, ARGS, { stdio: [0, 1, 2] })
  process.exit(status)
}
main().catch(() => process.exit(1))`,
  'fork()': `import { fork } from 'node:child_process'
fork(ARGS[0], { stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 0))`,
  'execSync()': `import { execSync } from 'node:child_process'
execSync('"' + COMMAND + '" "' + ARGS[0] + '"', { stdio: 'inherit' })`,
  'a shell': `require('child_process').spawn('"' + COMMAND + '"', ARGS, { stdio: 'inherit', shell: true })`,
}

const inner = JSON.stringify([shape('hand-written.mjs')])

const fileOf = (text: string) => (text.startsWith('import') ? 'launcher.mjs' : 'launcher.cjs')

const launcher = (text: string) =>
  new Project({ [fileOf(text)]: text.replace('COMMAND', 'process.execPath').replace('ARGS', inner) })

describe('files that only start the server', () => {
  for (const [name, text] of chosen(Object.entries(launchers), 7)) {
    test(`by ${name}, on every transport`, async () => {
      using project = launcher(text)
      const cwd = project.folder
      const file = fileOf(text)
      await callTwice({ stdio: ['run', file], cwd }, 'hand-written')
      await using http = await serveHttp(file, [], { cwd })
      await callTwice({ http: http.url }, 'hand-written')
      await using sse = await serveSse(file, [], { cwd })
      await callTwice({ sse: sse.url }, 'hand-written')
    })
  }

  test('what a launcher does to its program reaches nobody else when it is told to stop', async () => {
    using project = launcher(launchers['spawn()'].replace("kill('SIGTERM')", "kill('SIGKILL')"))
    // A group of its own: a signal to no process in particular would go to all of it.
    const args = [program, 'run', 'launcher.cjs', '-t', 'http', '-p', '0']
    await using served = new Started(spawn(process.execPath, args, { cwd: project.folder, detached: true }))
    await served.until(/listening on/)
    served.kill('SIGTERM')
    assert.deepEqual(await served.exited, { code: 0, signal: null })
  })

  test('arguments, environment and folder are those of the launcher', async () => {
    using project = new Project({
      'deep/server.mjs': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const server = new McpServer({ name: 'deep', version: '1.0.0' })
const text = JSON.stringify([process.argv.slice(2), process.env.FROM, process.cwd().slice(-5)])
server.registerTool('where', {}, () => ({ content: [{ type: 'text', text }] }))
await server.connect(new StdioServerTransport())`,
      'launcher.mjs': `import { spawn } from 'node:child_process'
const env = { ...process.env, FROM: 'launcher' }
spawn(process.execPath, ['server.mjs', ...process.argv.slice(2)], { stdio: 'inherit', cwd: 'deep', env })`,
    })
    await using served = await serveHttp('launcher.mjs', ['--', 'a b'], { cwd: project.folder })
    const client = await connectV1({ http: served.url })
    assert.equal(textOf(await client.callTool({ name: 'where' })), '[["a b"],"launcher","/deep"]')
    await client.close()
  })

  test('a server that starts other programs first is the server', async () => {
    using project = new Project({
      'server.mjs': `import { execFileSync, spawnSync } from 'node:child_process'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
spawnSync(process.execPath, ['-e', '0'], { stdio: 'inherit' })
execFileSync(process.execPath, ['-e', '0'], { stdio: 'inherit' })
await new McpServer({ name: 'itself', version: '1.0.0' }).connect(new StdioServerTransport())`,
    })
    await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
    const client = await connectV1({ http: served.url })
    assert.equal(client.getServerVersion()?.name, 'itself')
    await client.close()
  })

  test('a program that is not there is named', async () => {
    using project = new Project({
      'launcher.mjs': `import { spawn } from 'node:child_process'
spawn('no-such-program', [], { stdio: 'inherit' })`,
    })
    const { code, stderr } = await fastmcp(['run', 'launcher.mjs'], { cwd: project.folder, input: hello })
    assert.equal(code, 3)
    assert.match(stderr, /no-such-program/)
  })

  test('list speaks to the program', async () => {
    using project = launcher(launchers['execFileSync()'])
    const { code, stdout } = await fastmcp(['list', 'launcher.cjs'], { cwd: project.folder })
    assert.match(stdout, /echo/)
    assert.equal(code, 0)
  })
})
