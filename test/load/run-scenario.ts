import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { oddRemote } from '../support/odd-remote.ts'
import { root } from '../support/program.ts'
import { type Probed, startProbed } from './probed.ts'
import type { Scenario } from './scenario.ts'
import { ended, forked, takeSeat } from './seat.ts'
import type { Seen } from './witness.ts'

/** MiB of Node's heap. */
export const heapLimit = 256
/** Milliseconds: a server warms up, is called by one caller alone before and after, and is given up. */
const spans = { warm: 4_000, alone: 8_000, attack: 1_800_000 }

export interface Figures {
  readonly name: string
  readonly title: string
  /** Bytes at rest before, at the most, and at rest again afterwards; nothing where the server has ended. */
  readonly heap: { readonly before: number; readonly most: number; readonly after: number } | undefined
  readonly rss: number | undefined
  readonly alone: Seen | undefined
  readonly beside: Seen | undefined
  /** What the attackers should not have been answered. */
  readonly wrong: Readonly<Record<string, number>>
  readonly seconds: number
}

export async function runScenario(scenario: Scenario, bin: string): Promise<Figures> {
  const { name, title, echo } = scenario
  await using remote = scenario.server === 'remote' ? await oddRemote() : undefined
  if (remote) remote.megabytes = 300
  using file = scenario.server === 'remote' ? undefined : fileOf(scenario.server, bin)
  const args = ['run', file?.path ?? `${remote?.origin}/mcp`, '-t', 'http', '-p', '0']
  await using server = await startProbed(bin, args, { heap: heapLimit })
  await using seat = await takeSeat(server.url, { tool: echo[0], argument: echo[1] })
  const stay = async (phase: string, span: number) => {
    seat.enter(phase)
    await Promise.race([delay(span), server.started.exited])
  }
  await stay('warm', spans.warm)
  await stay('alone', spans.alone)
  seat.enter('between')
  const before = await keptBy(server)
  seat.enter('beside')
  const began = performance.now()
  const wrong = await attack(name, server)
  const seconds = (performance.now() - began) / 1000
  await stay('alone', spans.alone)
  seat.enter('between')
  const rss = server.peakRss
  const after = await keptBy(server)
  const { alone, beside } = await seat.report()
  const heap = before && after && { before: before.heap, most: after.peak, after: after.heap }
  return { name, title, heap, rss, alone, beside, wrong, seconds }
}

const keptBy = (server: Probed) =>
  server.ended
    ? undefined
    : Promise.race([server.kept().catch(() => undefined), server.started.exited.then(() => undefined)])

/** What was wrong with the answers that the attackers had. */
async function attack(name: string, server: Probed): Promise<Record<string, number>> {
  const child = forked(fileURLToPath(new URL('./attack.ts', import.meta.url)), [name, server.url.href])
  const gone = new AbortController()
  const outcomes = [
    once(child, 'message').then(([wrong]) => wrong),
    once(child, 'exit').then(() => ({ 'the attackers have ended': 1 })),
    server.started.exited.then(({ code, signal }) => ({ [`the server has ended: ${signal ?? code}`]: 1 })),
    delay(spans.attack, { 'it took too long': 1 }, { signal: gone.signal }),
  ]
  try {
    return await Promise.race(outcomes)
  } finally {
    gone.abort()
    for (const outcome of outcomes) outcome.catch(() => undefined)
    await ended(child)
  }
}

/** A server that imports our library gets that of the program under test, beside which it has to lie for it. */
function fileOf(server: { fixture: string } | { example: string }, bin: string) {
  const tested = resolve(dirname(bin), '..')
  if ('example' in server)
    return { path: join(tested, 'examples', server.example), [Symbol.dispose]: () => undefined }
  const folder = mkdtempSync(join(tested, '.load-'))
  const path = join(folder, 'server.ts')
  copyFileSync(`${root}test/fixtures/${server.fixture}`, path)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  return { path, [Symbol.dispose]: remove }
}
