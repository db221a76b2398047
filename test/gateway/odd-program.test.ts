import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { request } from 'node:http'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { clientV1, connectV1, textOf } from '../support/clients.ts'
import { ended, peakMemory, runs, settled } from '../support/processes.ts'
import { program, root, type Started, start, startFastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { chosen, rarely } from '../support/whole.ts'

const odd = `"${process.execPath}" "${root}test/fixtures/gateway/odd.mjs"`

const connected: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(connected.splice(0).map((client) => client.close())))

/** A tool by name, called by a client that gives up long before its usual minute. */
async function callerAt(url: string) {
  const client = await connectV1({ http: new URL(url) }, clientV1('caller'))
  connected.push(client)
  return async (name: string, args: Record<string, unknown> = {}) =>
    textOf(await client.callTool({ name, arguments: args }, undefined, { timeout: 15_000 }))
}

/** Its stdout may end before it does, and then nobody knows how it will. */
const over = /has ended the connection|exited with code \d+$|was killed by SIG\w+$/

describe('a program that does not keep to the protocol', () => {
  let served: Started
  let url = ''
  before(async () => {
    served = startFastmcp(['run', '--exec', odd, '-t', 'http', '-p', '0'])
    url = (await served.until(/listening on (\S+)/))[1] ?? ''
  })
  after(() => served[Symbol.asyncDispose]())

  for (const name of chosen(['hugeWithIdFirst', 'hugeWithIdLast'], 2)) {
    test(`${name}: an answer beyond 16 MiB is an error for its call alone, and said`, async () => {
      const call = await callerAt(url)
      const other = call('sleep').catch((error: Error) => error.message)
      await assert.rejects(call(name), /The message was dropped: it is longer than 16 MiB/)
      assert.equal(await call('echo', { text: 'still there' }), 'still there')
      await served.until(/the answer to request \d+ was dropped: it is longer than 16 MiB/)
      await Promise.all(connected.splice(0).map((client) => client.close()))
      assert.match(await other, /closed/i)
    })
  }

  test('of one that nobody can be told, all who wait hear, and the program is started again', async () => {
    const call = await callerAt(url)
    const other = assert.rejects(call('sleep'), over)
    await assert.rejects(call('hugeWithoutId'), over)
    await other
    assert.equal(await call('echo', { text: 'again' }), 'again')
  })

  test('a line of a log beyond 16 MiB is said, and nothing else', async () => {
    assert.equal(await (await callerAt(url))('hugeLog'), 'after')
    await served.until(/a line was dropped: it is longer than 16 MiB/)
  })

  test('a question beyond 16 MiB is an error for the program that asks', async () => {
    const told = await (await callerAt(url))('hugeQuestion')
    assert.equal(told, 'told: The message was dropped: it is longer than 16 MiB')
    await served.until(/sampling\/createMessage was dropped/)
  })

  const faults: Record<string, RegExp> = {
    notAnObject: /The message was dropped: result must be an object/,
    withoutVersion: /The message was dropped: jsonrpc must be "2\.0"/,
    faultOfNobody: /Parse error/,
  }
  for (const [name, says] of Object.entries(faults)) {
    test(`${name}: an answer that is none is an error for the call`, async () => {
      await assert.rejects((await callerAt(url))(name), says)
    })
  }

  test('several messages in one, as older versions have it, are taken one by one', async () => {
    assert.equal(await (await callerAt(url))('batch'), 'one of several')
  })

  test('what it prints beside is shown where its other words are, and harms nothing', async () => {
    assert.equal(await (await callerAt(url))('noise'), 'after the noise')
    await served.until(/^Listening for messages\n\{"level":30,"msg":"a line of a log"\}$/m)
  })

  test('last words without a newline are heard', async () => {
    assert.equal(await (await callerAt(url))('lastWords'), 'without a newline')
  })

  for (const apart of chosen([false, true], 2, 1)) {
    const where = apart ? 'in a group of its own' : 'in its group'
    test(`one that dies while another ${where} holds its stdout is an error at once`, async () => {
      const call = await callerAt(url)
      const other = assert.rejects(call('sleep'), over)
      const seen = served.stderr.length
      await assert.rejects(call('orphan', { apart }), over)
      await other
      const grandchild = Number(/grandchild (\d+)/.exec(served.stderr.slice(seen))?.[1])
      if (apart) process.kill(grandchild)
      await ended([grandchild])
      assert.equal(await call('echo', { text: 'again' }), 'again')
    })
  }
})

describe('nobody who does not read costs more than a bound', { skip: process.platform !== 'linux' }, () => {
  const written = (served: Started) => Number(/wrote (\d+) MB\n$/.exec(served.stderr)?.[1] ?? 0)
  const flood = (id: number, megabytes: number) => {
    const params = { name: 'flood', arguments: { megabytes } }
    return { jsonrpc: '2.0', id, method: 'tools/call', params }
  }

  rarely('a client on stdio makes the program wait', async () => {
    await using served = startFastmcp(['run', '--exec', odd])
    served.child.stdin?.write(hello)
    await served.until(/"serverInfo"/, 'stdout')
    const before = peakMemory(served.child.pid ?? 0)
    served.child.stdout?.pause()
    served.child.stdin?.write(`${JSON.stringify(flood(2, 30))}\n`)
    const megabytes = await settled(() => written(served))
    assert.ok(megabytes < 20, `it wrote ${megabytes} MB`)
    assert.ok(peakMemory(served.child.pid ?? 0) - before < 60)
    served.child.stdout?.resume()
    await served.until(/wrote 30 MB/)
  })

  test('a client on HTTP makes the program wait', async () => {
    await using served = startFastmcp(['run', '--exec', odd, '-t', 'http', '-p', '0'])
    const [, url = ''] = await served.until(/listening on (\S+)/)
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }
    const post = (body: string) => fetch(url, { method: 'POST', headers, body })
    const [introduction = '', initialized = ''] = hello.split('\n')
    headers['mcp-session-id'] = (await post(introduction)).headers.get('mcp-session-id') ?? ''
    await post(initialized)
    const before = peakMemory(served.child.pid ?? 0)
    const call = request(url, { method: 'POST', headers }, (response) => response.pause())
    call.on('error', () => undefined).end(JSON.stringify(flood(2, 150)))
    const megabytes = await settled(() => written(served))
    assert.ok(megabytes < 20, `it wrote ${megabytes} MB`)
    assert.ok(peakMemory(served.child.pid ?? 0) - before < 60)
    call.destroy()
  })

  test('a program that reads nothing is an error for the calls beyond what fits', async () => {
    await using served = startFastmcp(['run', '--exec', odd])
    served.child.stdin?.write(hello)
    await served.until(/"serverInfo"/, 'stdout')
    const call = (id: number, name: string, text: string) =>
      `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: { text } } })}\n`
    served.child.stdin?.write(call(2, 'deaf', ''))
    const megabyte = 'x'.repeat(1024 * 1024)
    for (let id = 3; id < 60; id++) served.child.stdin?.write(call(id, 'echo', megabyte))
    await served.until(/"id":59,"error":\{[^}]*it does not read what it is sent/, 'stdout')
    assert.doesNotMatch(served.stdout, /"id":3,/)
  })
})

/** What works at last, once sockets that nobody uses any more are closed in their own time. */
async function sooner<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await act()
    } catch (error) {
      if (tries === 100) throw error
      await delay(50)
    }
  }
}

describe('a machine that is out of file descriptors', { skip: process.platform === 'win32' }, () => {
  test('refuses sessions, keeps those that there are, and takes others later', async () => {
    const words = `ulimit -n 60; exec "${process.execPath}" "${program}" "$@"`
    const args = ['-c', words, 'sh', 'run', '--exec', odd, '-t', 'http', '-p', '0']
    await using served = start('sh', args)
    const [, url = ''] = await served.until(/listening on (\S+)/)
    const first = await callerAt(url)
    const admitted: Awaited<ReturnType<typeof connectV1>>[] = []
    let refusal: unknown
    // One after the other: a program needs more descriptors than a connection, so that it is refused first.
    while (refusal === undefined && admitted.length < 25) {
      const next = connectV1({ http: new URL(url) }).then(
        (client) => void admitted.push(client),
        (error: unknown) => {
          refusal = error
        },
      )
      await next
    }
    assert.match(String(refusal), /cannot be reached: spawn \S+ EMFILE/)
    // A start takes eight descriptors for a moment, of which each session that ends gives three for certain: its
    // connections may be kept for the next request. More end than are needed, or one connection more would decide.
    for (const { transport } of admitted.splice(0, 6)) {
      await sooner(() => (transport as unknown as { terminateSession(): Promise<void> }).terminateSession())
    }
    assert.equal(await sooner(() => first('echo', { text: 'still there' })), 'still there')
    const later = await sooner(() => callerAt(url))
    assert.equal(await sooner(() => later('echo', { text: 'again' })), 'again')
    await Promise.all(admitted.map((client) => client.close()))
  })
})

describe('the process that watches over programs', () => {
  const without = new Project({})
  cpSync(`${root}bin`, without.path('bin'), { recursive: true })
  cpSync(`${root}dist`, without.path('dist'), {
    recursive: true,
    filter: (file) => !file.endsWith('reaper.js'),
  })
  cpSync(`${root}package.json`, without.path('package.json'))

  test('that cannot start is said once, and programs are served all the same', async () => {
    const words = [without.path('bin/fastmcp.js'), 'run', '--exec', odd, '-t', 'http', '-p', '0']
    await using served = start(process.execPath, words)
    const [, url = ''] = await served.until(/listening on (\S+)/)
    const call = await callerAt(url)
    assert.equal(await call('echo', { text: 'served' }), 'served')
    await served.until(/ends programs when this one is killed is gone \(it exited with code 1\)/)
    assert.equal(await (await callerAt(url))('echo', { text: 'served' }), 'served')
    assert.equal(served.stderr.match(/is gone/g)?.length, 1)
  })

  test('that was killed itself is started again for the next program, and knows of all', async (t) => {
    if (process.platform !== 'linux') return t.skip('/proc is needed')
    await using served = start(process.execPath, [program, 'run', '--exec', odd, '-t', 'http', '-p', '0'])
    const [, url = ''] = await served.until(/listening on (\S+)/)
    const first = Number(await (await callerAt(url))('pid'))
    const { readFileSync, readdirSync } = await import('node:fs')
    const reaper = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .find((pid) => {
        try {
          const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
          const parent = / \(.*\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
          return words.includes('reaper.js') && Number(parent) === served.child.pid
        } catch {
          return false
        }
      })
    assert.ok(reaper !== undefined)
    process.kill(reaper, 'SIGKILL')
    await served.until(/is gone \(it was killed by SIGKILL\)/)
    const second = Number(await (await callerAt(url))('pid'))
    assert.ok(runs(first) && runs(second))
    served.kill('SIGKILL')
    await ended([first, second])
    return undefined
  })
})
