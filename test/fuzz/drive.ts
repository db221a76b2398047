import { message } from './grammar.ts'
import { Ledger } from './ledger.ts'
import { leftBehind } from './left-behind.ts'
import { Random } from './random.ts'
import { replyTo } from './replies.ts'
import type { Road } from './roads.ts'
import { type Tree, textOf } from './tree.ts'
import { Witness } from './witness.ts'

export interface DriveOptions {
  seed: number
  /** How long random messages are sent, in milliseconds. */
  milliseconds: number
  /** What is sent before them. */
  first: readonly Tree[]
  /** How long anybody waits for any answer, in milliseconds. */
  patience?: number
}

export interface Findings {
  sent: number
  /** How often the other client was answered. */
  witnessed: number
  /** What went wrong, in words. */
  faults: string[]
  /** What was sent, in order, and what of it had no answer. */
  trees: Tree[]
  unanswered: Tree[]
  /** What the server wrote to stderr. */
  words: string
}

/** How many messages wait for their answers at once. */
const atOnce = 6

/** Sends strange messages to a server of its own, while another client is served, and looks at what they leave behind. */
export async function drive(
  road: Road,
  { seed, milliseconds, first, patience = 60_000 }: DriveOptions,
): Promise<Findings> {
  await using stage = await road.start()
  const findings: Findings = { sent: 0, witnessed: 0, faults: [], trees: [], unanswered: [], words: '' }
  const line = await stage.line()
  const ledger = new Ledger(line)
  const other = await stage.witness?.()
  const witness = new Witness(other ?? line, { modern: road.modern, prefix: road.prefix ?? '', patience })
  const random = new Random(seed)
  ledger.onAsked = (said) => void replyTo(said, ledger, random)
  try {
    const before = await witness.report()
    const stop = other ? witness.watch() : () => Promise.resolve(0)
    const grammar = { random, modern: road.modern, ids: [] }
    const deadline = Date.now() + milliseconds
    const next = function* () {
      yield* first
      while (Date.now() < deadline) yield message(grammar)
    }
    await sendAll(next(), ledger, findings, patience)
    findings.witnessed = await stop()
    if (other) await ledger.leave()
    findings.faults.push(...(await leftBehind(witness, before)))
  } catch (error) {
    findings.faults.push(`another client: ${error instanceof Error ? error.message : error}`)
  }
  findings.sent = ledger.sent
  findings.words = stage.words()
  await (other ?? line).close().catch(() => undefined)
  return findings
}

async function sendAll(
  trees: Iterable<Tree>,
  ledger: Ledger,
  findings: Findings,
  patience: number,
): Promise<void> {
  for (const tree of trees) {
    const text = textOf(tree)
    // Where messages are lines, this would be several.
    if (/[\r\n]/.test(text)) continue
    findings.trees.push(tree)
    void ledger.send(tree, text).catch((error: Error) => {
      if (!ledger.left) findings.faults.push(`not sent: ${error.message}`)
    })
    const inTime = await ledger.atMost(atOnce, patience)
    if (!inTime || findings.faults.length > 0) break
    // What has come is heard before more is said.
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (!(await ledger.atMost(0, patience))) {
    findings.unanswered.push(...ledger.owed.map(({ tree }) => tree))
    const untaken = ledger.untaken === 0 ? '' : `, ${ledger.untaken} were not taken`
    findings.faults.push(`${ledger.owed.length} of ${ledger.sent} had no answer${untaken}`)
  }
  for (const { id } of ledger.strays)
    findings.faults.push(`a response without a request: ${JSON.stringify(id)}`)
}
