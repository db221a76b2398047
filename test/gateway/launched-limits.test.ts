import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listening, type Started, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { call, callBody, callModern, meta, wordsOf } from '../support/raw-calls.ts'
import { initialize, mcpHeaders, openSession, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

const files = {
  'launcher.mjs': `import { spawn } from 'node:child_process'
spawn(process.execPath, ['program.mjs'], { stdio: 'inherit' })`,
  // `hold` is never answered.
  'program.mjs': `import { createInterface } from 'node:readline'
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
const tools = ['hold', 'large', 'small'].map((name) => ({ name, inputSchema: { type: 'object' } }))
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} },
    serverInfo: { name: 'launched', version: '1.0.0' } }),
  'tools/list': () => ({ tools }),
  'tools/call': ({ name }) => name === 'hold' ? undefined
    : { content: [{ type: 'text', text: name === 'large' ? 'x'.repeat(20_000) : 'small' }] },
}
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  const result = id === undefined ? undefined : answers[method]?.(params)
  if (result) send({ id, result })
}).on('close', () => process.exit(0))`,
}

const commands = { run: ['run'], dev: ['dev'], 'run --reload': ['run', '--reload'] }

for (const [name, [command = '', ...more]] of chosen(Object.entries(commands), 6))
  describe(`a program that a file launches has the limits of ${name} on stdio`, () => {
    const start = (project: Project, ...options: string[]) =>
      startFastmcp([command, 'launcher.mjs', ...more, '-t', 'stdio', ...options], { cwd: project.folder })

    test('--max-body', async () => {
      using project = new Project(files)
      await using served = start(project, '--max-body', '10kb')
      assert.equal(wordsOf(await ask(served, 1, 'small')), 'small')
      assert.match(wordsOf(await ask(served, 2, 'large')).slice(0, 200), /it is longer than 10 KiB/)
      assert.equal(wordsOf(await ask(served, 3, 'small')), 'small')
    })

    test('--max-processes', async () => {
      using project = new Project(files)
      await using served = start(project, '--max-processes', '1')
      assert.equal(wordsOf(await ask(served, 1, 'small')), 'small')
      tell(served, 2, 'hold')
      assert.match(wordsOf(await ask(served, 3, 'small')), /all 1 programs .* \(--max-processes\) are in use/)
    })
  })

/** Serves the file that launches a program, at the most so many at once. */
function overHttp(project: Project, command: string, more: readonly string[], most: number) {
  const inspector = command === 'dev' ? ['--no-inspector'] : []
  const options = [...more, ...inspector, '-t', 'http', '-p', '0', '--max-processes', String(most)]
  return listening(startFastmcp([command, 'launcher.mjs', ...options], { cwd: project.folder }))
}

for (const [name, [command = '', ...more]] of chosen(Object.entries(commands), 6, 1))
  test(`beyond the most programs an idle session ends for the next, by ${name}`, async () => {
    using project = new Project(files)
    await using served = await overHttp(project, command, more, 2)
    const used = await openSession(served.url)
    assert.equal(wordsOf(await call(served.url, used, 'small')), 'small')
    const unused = await openSession(served.url)
    for (let count = 0; count < 3; count++) {
      const next = await openSession(served.url)
      assert.equal(wordsOf(await call(served.url, next, 'small')), 'small')
      assert.equal((await call(served.url, unused, 'small')).status, 404)
    }
    assert.match(wordsOf(await callModern(served.url, 'small')), /small/)
  })

for (const [name, [command = '', ...more]] of chosen(Object.entries(commands), 6, 2))
  test(`when all programs are in use an opening is refused at once, and taken when one is free, by ${name}`, async () => {
    using project = new Project(files)
    await using served = await overHttp(project, command, more, 1)
    const first = await openSession(served.url)
    assert.equal(wordsOf(await call(served.url, first, 'small')), 'small')
    const held = send(served.url, { headers: first, body: callBody('hold', {}, 50) })
    held.catch(() => undefined)
    // Answered behind the one that is held.
    assert.equal(wordsOf(await call(served.url, first, 'small')), 'small')
    const refused = await send(served.url, { headers: mcpHeaders, body: initialize })
    assert.equal(refused.status, 503)
    assert.match(refused.json?.error?.message ?? '', /all 1 programs .* \(--max-processes\) are in use/)
    assert.match(String(refused.headers['retry-after']), /^\d+$/)
    assert.equal((await send(served.url, { method: 'DELETE', headers: first })).status, 204)
    assert.equal(wordsOf(await call(served.url, await openSession(served.url), 'small')), 'small')
  })

/** Asks in the modern era, in which each call has a program of its own. */
function tell({ child }: Started, id: number, tool: string): void {
  child.stdin?.write(`${callBody(tool, {}, id, { _meta: meta })}\n`)
}

async function ask(served: Started, id: number, tool: string) {
  tell(served, id, tool)
  const [line] = await served.until(new RegExp(`^.*"id":${id}[,}].*$`, 'm'), 'stdout')
  return JSON.parse(line)
}
