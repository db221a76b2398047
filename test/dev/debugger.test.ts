import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createNetServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connectV2 } from '../support/clients.ts'
import { Edited, editedServer, textOf } from '../support/dev.ts'
import { fastmcp, type Started, start, startFastmcp, times } from '../support/program.ts'
import { chosen, rarely } from '../support/whole.ts'

const script = fileURLToPath(new URL('../support/debug-client.mjs', import.meta.url))

/** Resolves with a port that is free, or with nothing if the wanted one is not. */
async function freePort(wanted = 0): Promise<number | undefined> {
  const server = createNetServer()
  const listening = await new Promise<boolean>((resolve) =>
    server.once('error', () => resolve(false)).listen(wanted, '127.0.0.1', () => resolve(true)),
  )
  if (!listening) return undefined
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

const debugged = (word: string) => `server.registerTool('debugged', {}, () => {
  const answer = '${word}' // stop here
  return text(answer)
})`
const line =
  editedServer('first', debugged(''))
    .split('\n')
    .findIndex((text) => text.includes('stop here')) + 1

/** An editor's debugger, which stays attached over generations. */
class Editor implements AsyncDisposable {
  readonly #started: Started
  #hits = 0
  #sets = 0

  constructor(port: number | undefined, edited: Edited, file = 'server.ts') {
    const args = [script, String(port), edited.project.path(file), 'stop here']
    const flags = typeof WebSocket === 'undefined' ? ['--experimental-websocket'] : []
    this.#started = start(process.execPath, [...flags, ...args])
  }

  async attached(): Promise<void> {
    await this.#started.until(/attached/, 'stdout')
  }

  /** The breakpoint stands in the next generation. */
  async set(): Promise<void> {
    await this.#started.until(times('set\n', ++this.#sets), 'stdout')
  }

  /** It is hit once more, on the marked line of the source. */
  async hit(at = line): Promise<void> {
    await this.#started.until(times(`hit ${at}\n`, ++this.#hits), 'stdout')
  }

  goOn(): void {
    this.#started.child.stdin?.write('\n')
  }

  [Symbol.asyncDispose]() {
    return this.#started[Symbol.asyncDispose]()
  }
}

const withBreakpoint = (args: readonly string[], source = editedServer('first', debugged('one'))) =>
  new Edited(args, { files: { 'server.ts': source } })

for (const flag of chosen(['--debug=port', '--debug'], 2)) {
  test(`a breakpoint in TypeScript is hit before and after a save, on one port: ${flag}`, async (t) => {
    const port = await freePort(flag === '--debug' ? 9229 : 0)
    if (port === undefined) return t.skip('port 9229 is in use here')
    await using edited = withBreakpoint([flag.replace('=port', `=${port}`)])
    const client = await connectV2({ http: await edited.url() })
    await using editor = new Editor(port, edited)
    for (const [saves, word] of ['one', 'two', 'three'].entries()) {
      if (saves > 0) edited.save('first', debugged(word))
      await edited.dev.until(times('reload  ', saves))
      await editor.set()
      const answer = textOf(client, 'debugged')
      await editor.hit()
      editor.goOn()
      assert.equal(await answer, word)
    }
    assert.match(edited.dev.stderr, /1 session kept/)
    await client.close()
  })
}

test('run accepts a debugger before the file loads, who may take longer than it has to load', async () => {
  const port = await freePort()
  const late = 'export const late = Date.now() // stop here\n'
  await using edited = new Edited([], { files: { 'late.ts': late } })
  edited.project.write(
    'server.ts',
    `await new Promise((resolve) => setTimeout(resolve, 500))\nawait import('./late.ts')\n${editedServer('first')}`,
  )
  await using running = startFastmcp(
    ['run', 'server.ts', '-t', 'http', '-p', '0', `--inspect=${port}`, '--load-timeout', '1'],
    { cwd: edited.project.folder },
  )
  await using editor = new Editor(port, edited, 'late.ts')
  await editor.set()
  await editor.hit(1)
  // Nothing tells that a limit has passed but the clock.
  await delay(1_500)
  editor.goOn()
  await running.until(/listening on/)
})

test('a port that is in use is refused with words', async () => {
  await using _ = withBreakpoint([])
  const server = createNetServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const outcome = await fastmcp(['run', 'server.ts', `--inspect=${port}`], { cwd: _.project.folder })
  server.close()
  assert.equal(outcome.code, 4)
  assert.match(
    outcome.stderr,
    /^fastmcp: cannot listen on 127\.0\.0\.1:\d+: the port is in use\. Try --inspect \d+\.\n$/,
  )
})

/** Longer than a replaced generation may show no sign of life without a debugger, which is two times 5 s. */
const longPause = 12_000

rarely(
  'a paused generation is not a hung one: what is new is served, and the call ends on the code that began it',
  async () => {
    const port = await freePort()
    await using edited = withBreakpoint([`--debug=${port}`])
    const url = await edited.url()
    const [client, other] = [await connectV2({ http: url }), await connectV2({ http: url })]
    await using editor = new Editor(port, edited)
    await editor.set()
    const paused = textOf(client, 'debugged')
    await editor.hit()
    const since = Date.now()
    edited.save('second', debugged('two'))
    await edited.dev.until(/~version/)
    assert.equal(await textOf(other, 'version'), 'second')
    assert.equal(await textOf(client, 'version'), 'second')
    // Nothing tells that a limit has passed but the clock.
    await delay(since + longPause - Date.now())
    editor.goOn()
    assert.equal(await paused, 'one')
    // The port is free now, and the generation that serves takes it.
    await editor.set()
    const answer = textOf(other, 'debugged')
    await editor.hit()
    editor.goOn()
    assert.equal(await answer, 'two')
    await Promise.all([client.close(), other.close()])
  },
)

rarely(
  'a breakpoint set before the first load is hit while the file loads, however long that takes',
  async () => {
    const port = await freePort()
    // The file waits for this, so that the debugger is there before its next line.
    let open: () => void = () => undefined
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const gate = createServer((_, response) => void opened.then(() => response.end()))
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve))
    gate.unref()
    const { port: gatePort } = gate.address() as { port: number }
    const source = `await fetch('http://127.0.0.1:${gatePort}')
await import('./second.ts')
${editedServer('first')}`
    const late = 'export const late = Date.now() // stop here\n'
    await using edited = new Edited([`--debug=${port}`, '--load-timeout', '1'], {
      files: { 'server.ts': source, 'second.ts': late },
    })
    await using editor = new Editor(port, edited, 'second.ts')
    await editor.attached()
    open()
    await editor.hit(1)
    await delay(2_000)
    assert.doesNotMatch(edited.dev.stderr, /did not finish loading|ready/)
    editor.goOn()
    await edited.dev.until(/ready/)
    gate.close()
  },
)

rarely('a save that is followed by another while it loads leaves the port to that one', async () => {
  const port = await freePort()
  await using edited = withBreakpoint([`--debug=${port}`])
  const client = await connectV2({ http: await edited.url() })
  await using editor = new Editor(port, edited)
  await editor.set()
  // It never loads, and tells that it has begun to.
  const gate = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(gate, 'listening')
  gate.unref()
  const { port: gatePort } = gate.address() as { port: number }
  const begun = once(gate, 'request')
  edited.project.write('server.ts', `await fetch('http://127.0.0.1:${gatePort}')\n${editedServer('never')}`)
  await begun
  edited.save('first', debugged('two'))
  await edited.dev.until(/reload {2}/)
  await editor.set()
  const answer = textOf(client, 'debugged')
  await editor.hit()
  editor.goOn()
  assert.equal(await answer, 'two')
  gate.closeAllConnections()
  gate.close()
  await client.close()
})
