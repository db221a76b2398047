import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ended, runs } from '../support/processes.ts'
import { startFastmcp } from '../support/program.ts'
import { call, callModern, messageIn, wordsOf } from '../support/raw-calls.ts'
import { initialize, mcpHeaders, rpc, send } from '../support/raw-http.ts'

const script = fileURLToPath(new URL('../fixtures/gateway/counted.mjs', import.meta.url))
const words = (most: number) => `all ${most} programs that may run at once (--max-processes) are in use`

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastmcp-processes-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const lifeline = () => join(folder, 'lives')

async function serve(most: number, args: readonly string[] = []) {
  const server = args.length > 0 ? args : ['--exec', `"${process.execPath}" "${script}" "${lifeline()}"`]
  const started = startFastmcp(['run', ...server, '-t', 'http', '-p', '0', '--max-processes', `${most}`])
  const [, url = ''] = await started.until(/listening on (\S+)/)
  return Object.assign(started, { url: new URL(url) })
}

/** A session, and the process of its program. */
async function open(url: URL) {
  const opened = await send(url, { headers: mcpHeaders, body: initialize })
  assert.equal(opened.status, 200, opened.text)
  const result = messageIn(opened).result as { serverInfo?: { version: string } } | undefined
  const headers = { ...mcpHeaders, 'mcp-session-id': String(opened.headers['mcp-session-id']) }
  return { headers, pid: Number(result?.serverInfo?.version) }
}

/** The most programs that ran at once. */
function mostAtOnce(): number {
  let [now, most] = [0, 0]
  for (const step of readFileSync(lifeline(), 'utf8')) {
    now += step === '+' ? 1 : -1
    most = Math.max(most, now)
  }
  return most
}

test('beyond the most programs an idle session ends for the next, one that was never used first', async () => {
  await using server = await serve(3)
  const [first, unused, third] = [await open(server.url), await open(server.url), await open(server.url)]
  for (const { headers } of [first, third]) await call(server.url, headers, 'pid')
  const next = await open(server.url)
  await ended([unused.pid])
  assert.equal((await call(server.url, unused.headers, 'pid')).status, 404)
  for (const { headers, pid } of [third, first, next])
    assert.equal(wordsOf(await call(server.url, headers, 'pid')), String(pid))
  await open(server.url)
  await ended([third.pid])
  assert.ok(runs(first.pid) && runs(next.pid))
  assert.equal(mostAtOnce(), 3)
})

test('where all are busy the next is told when to come back, and let in when one is idle', async () => {
  await using server = await serve(2)
  const both = [await open(server.url), await open(server.url)]
  // What has died takes no place, and gives none twice.
  for (const { headers } of both)
    assert.match(wordsOf(await call(server.url, headers, 'die')), /exited with code 7$/)
  const busy = both.map(({ headers }) => call(server.url, headers, 'hold', {}, 'held'))
  for (const { headers } of both) await call(server.url, headers, 'pid')
  for (let tries = 0; tries < 2; tries++) {
    const refused = await send(server.url, { headers: mcpHeaders, body: initialize })
    assert.deepEqual([refused.status, refused.json?.error?.message], [503, words(2)])
    assert.ok(Number(refused.headers['retry-after']) >= 1)
  }
  await send(server.url, { headers: both[0]?.headers ?? {}, body: rpc('ping', {}, 'go') })
  await busy[0]
  const next = await open(server.url)
  assert.equal(wordsOf(await call(server.url, next.headers, 'pid')), String(next.pid))
  await send(server.url, { headers: both[1]?.headers ?? {}, body: rpc('ping', {}, 'go') })
  await busy[1]
  assert.equal(mostAtOnce(), 2)
})

test('a burst of sessions and of modern calls is served, never by more programs than may be', async () => {
  await using server = await serve(3)
  const opened = await Promise.all(
    Array.from({ length: 20 }, () => send(server.url, { headers: mcpHeaders, body: initialize })),
  )
  for (const { status, json } of opened) {
    assert.ok(status === 200 || status === 503, `${status}`)
    if (status === 503) assert.equal(json?.error?.message, words(3))
  }
  const called = await Promise.all(Array.from({ length: 6 }, () => callModern(server.url, 'pid')))
  for (const answer of called) assert.match(wordsOf(answer), /^\d+$/)
  assert.ok(mostAtOnce() <= 3, `${mostAtOnce()} at once`)
})

test('a call that finds no place in time fails in words, beside those that have one', async () => {
  await using server = await serve(1)
  const { headers } = await open(server.url)
  const busy = call(server.url, headers, 'hold', {}, 'held')
  await call(server.url, headers, 'pid')
  assert.match(wordsOf(await callModern(server.url, 'pid')), /all 1 programs that may run at once/)
  await send(server.url, { headers, body: rpc('ping', {}, 'go') })
  assert.match(wordsOf(await busy), /^\d+$/)
  assert.match(wordsOf(await callModern(server.url, 'pid')), /^\d+$/)
  assert.equal(mostAtOnce(), 1)
})

test('servers of one mcp.json share the places', async () => {
  const file = join(folder, 'mcp.json')
  const entry = { command: process.execPath, args: [script, lifeline()] }
  writeFileSync(file, JSON.stringify({ mcpServers: { one: entry, two: entry } }))
  await using server = await serve(4, [file])
  for (let count = 0; count < 5; count++) {
    const { headers } = await open(server.url)
    assert.match(wordsOf(await call(server.url, headers, 'one_pid')), /^\d+$/)
    assert.match(wordsOf(await call(server.url, headers, 'two_pid')), /^\d+$/)
  }
  assert.ok(mostAtOnce() <= 4, `${mostAtOnce()} at once`)
})
