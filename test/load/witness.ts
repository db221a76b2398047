// Another caller: forked by a scenario, it goes on calling at its own pace and counts what is answered rightly.
import { setTimeout as delay } from 'node:timers/promises'
import { call, callModern, wordsOf } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'

/** What one phase of a scenario was like for it; times are in milliseconds. */
export interface Seen {
  calls: number
  right: number
  p50: number
  p99: number
  longest: number
  /** What was wrong, with how often. */
  faults: Record<string, number>
}

export type Ask = { phase: string } | { report: true }

/** Milliseconds between two calls, whether or not the one before has been answered: nobody waits for the server. */
const pace = 25
/** One call in so many is made in a session that was opened for it. */
const newcomer = 40
/** Milliseconds after which an answer is of no use any more. */
const patience = 5_000

interface Phase {
  took: number[]
  calls: number
  faults: Map<string, number>
}

const phases = new Map<string, Phase>()
const [, , address = '', tool = 'echo', argument = 'word'] = process.argv
const url = new URL(address)
let phase: Phase | undefined

process.on('message', (ask: Ask) => {
  if ('phase' in ask) {
    phase = phases.get(ask.phase) ?? { took: [], calls: 0, faults: new Map() }
    phases.set(ask.phase, phase)
  } else process.send?.(Object.fromEntries([...phases].map(([name, one]) => [name, seen(one)])))
})
process.on('disconnect', () => process.exit(0))

const own = await openSession(url)
process.send?.('ready')
for (let count = 0, due = performance.now(); ; count++, due += pace) {
  const wait = due - performance.now()
  if (wait > 0) await delay(wait)
  if (phase) void one(phase, count, due)
}

async function one(phase: Phase, count: number, due: number): Promise<void> {
  phase.calls++
  const word = `w${count}`
  try {
    const answer = await Promise.race([ask(count, word), delay(patience, 'late' as const, { ref: false })])
    // Words of its own may stand around it.
    if (new RegExp(`\\b${word}\\b`).test(answer)) phase.took.push(performance.now() - due)
    else note(phase, answer.slice(0, 60) || 'nothing')
  } catch (error) {
    note(phase, error instanceof Error ? error.message.slice(0, 60) : 'failed')
  }
}

/** In its own session, in a new one, or in none, as clients of the modern era do. */
async function ask(count: number, word: string): Promise<string> {
  const args = { [argument]: word }
  if (count % 2 === 0) return wordsOf(await callModern(url, tool, args))
  const headers = count % newcomer === 1 ? await openSession(url) : own
  return wordsOf(await call(url, headers, tool, args, count))
}

function note({ faults }: Phase, what: string): void {
  faults.set(what, (faults.get(what) ?? 0) + 1)
}

function seen({ took, calls, faults }: Phase): Seen {
  const sorted = [...took].sort((a, b) => a - b)
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
  return {
    calls,
    right: took.length,
    p50: at(0.5),
    p99: at(0.99),
    longest: at(1),
    faults: Object.fromEntries(faults),
  }
}
