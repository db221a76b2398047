import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { editedServer } from '../support/dev.ts'
import { ended, runs } from '../support/processes.ts'
import { fastmcp, program, root, start, startFastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

const rough = `${root}test/fixtures/process/rough.ts`
const call = (id: number, name: string, args: Record<string, unknown> = {}) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })}\n`
const idsIn = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id)

/** Prints in each way that there is. */
const chatty = `
const { spawnSync } = require('child_process')
const { writeSync } = require('fs')
const { Worker } = require('worker_threads')
exports.print = async (when) => {
  console.log('NOISE console ' + when)
  process.stdout.write('NOISE stdout ' + when + '\\n')
  writeSync(1, 'NOISE fs ' + when + '\\n')
  spawnSync(process.execPath, ['-e', 'console.log(process.argv[1])', 'NOISE child ' + when], { stdio: 'inherit' })
  const worker = new Worker('console.log(' + JSON.stringify('NOISE worker ' + when) + ')', { eval: true })
  await new Promise((resolve) => worker.once('exit', resolve))
}
exports.loaded = exports.print('in a dependency')`
const noisy = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { loaded, print } from 'chatty'
await loaded
await print('at import')
export const server = new McpServer({ name: 'noisy', version: '1.0.0' })
server.registerTool('shout', {}, async () => (await print('in a call'), { content: [] }))`

const blocking = `
setInterval(() => undefined, 1000)
server.registerTool('block', {}, () => { console.error('BLOCKED'); for (;;); })`

const commands = {
  dev: (file: string) => ['dev', file, '-t', 'stdio'],
  'run --reload': (file: string) => ['run', file, '--reload'],
}

for (const [name, command] of chosen(Object.entries(commands), 2))
  describe(`on stdio, ${name}`, () => {
    test('stdout holds the protocol and nothing else, whoever prints', async () => {
      using project = new Project({ 'node_modules/chatty/index.js': chatty, 'server.mjs': noisy })
      const input = hello + call(2, 'shout')
      const { stdout, stderr } = await fastmcp(command(project.path('server.mjs')), { input })
      assert.deepEqual(idsIn(stdout), [1, 2])
      for (const when of ['at import', 'in a dependency', 'in a call'])
        for (const how of ['console', 'stdout', 'fs', 'child', 'worker'])
          assert.ok(stderr.includes(`NOISE ${how} ${when}\n`), `${how} ${when} is lost`)
    })

    test('the end of stdin ends it, with timers of user code alive and a call in flight', async () => {
      const input = hello + call(2, 'wait', { ms: 400 })
      const { code, stdout } = await fastmcp(command(rough), { input, env: { TIMERS: '1' } })
      assert.deepEqual([code, idsIn(stdout)], [0, [1, 2]])
    })

    test('a client that stops reading ends it without a trace', async () => {
      await using server = startFastmcp(command(rough))
      server.child.stdout?.destroy()
      server.child.stdin?.write(hello + call(2, 'wait', { ms: 10 }))
      assert.equal((await server.exited).code, 0)
      assert.doesNotMatch(server.stderr, /error|EPIPE|^ +at /im)
    })

    for (const blocked of [false, true])
      test(`it dies with its client${blocked ? ', even while user code blocks the event loop' : ''}`, {
        skip: process.platform === 'win32',
      }, async () => {
        // A process in between starts the server and is killed; the pipes stay open in this one.
        using project = new Project({ 'server.ts': editedServer('first', blocking) })
        const args = JSON.stringify([program, ...command(project.path('server.ts'))])
        const between = `
          const child = require('child_process').spawn(process.execPath, ${args}, { stdio: 'inherit' })
          console.error('PID ' + child.pid)
          setInterval(() => {}, 1000)`
        await using parent = start(process.execPath, ['-e', between])
        const front = Number((await parent.until(/PID (\d+)/))[1])
        parent.child.stdin?.write(hello + call(2, 'pid'))
        const generation = Number((await parent.until(/"text":"(\d+)"/, 'stdout'))[1])
        if (blocked) {
          parent.child.stdin?.write(call(3, 'block'))
          await parent.until(/BLOCKED/)
        }
        process.kill(parent.child.pid ?? 0, 'SIGKILL')
        try {
          await ended([front, generation])
        } finally {
          for (const pid of [front, generation].filter(runs)) process.kill(pid, 'SIGKILL')
        }
      })
  })
