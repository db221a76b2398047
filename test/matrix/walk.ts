import { setTimeout as delay } from 'node:timers/promises'
import { Cell } from './cell.ts'
import type { Homes } from './homes.ts'
import type { Journey } from './journey.ts'
import { packagesOf } from './packages.ts'
import { collecting, type Program } from './programs.ts'
import type { Pair } from './select.ts'
import type { Shape } from './shape.ts'

/** How long a whole cell may take, in milliseconds: five saves that each come late, and the pauses between. */
const limit = 600_000

/** What has come of a cell, before anybody says whether that was known. */
export interface Walked {
  readonly shape: string
  readonly journey: string
  readonly came: Came
  /** Milliseconds. */
  readonly took: number
}

export type Came =
  | { readonly end: 'right' }
  /** There is no such cell, for a reason. */
  | { readonly end: 'empty'; readonly why: string }
  | {
      readonly end: 'failed'
      readonly why: string
      /** The exit codes of the programs that had ended, and all that the programs said. */
      readonly codes: readonly number[]
      readonly programs: string
    }

/** Why a cell has nothing in it; `undefined` when it has. */
export function emptiness(shape: Shape, journey: Journey, major: number): string | undefined {
  const lacking = journey.needs?.find((ability) => !shape.abilities.includes(ability))
  if (lacking !== undefined) return `it cannot ${lacking}`
  if (journey.overlaps && shape.alone) return 'its old code has to end before the new can load'
  if (shape.node !== undefined && major < shape.node) return `it needs Node ${shape.node}`
  return undefined
}

/** Walks one journey with one shape, and closes all that it took. */
export async function walk(pair: Pair, homes: Homes): Promise<Walked> {
  const started = performance.now()
  const came = await comeOf(pair, homes)
  await homes.leave(pair)
  const took = Math.round(performance.now() - started)
  return { shape: pair.shape.name, journey: pair.journey.name, came, took }
}

async function comeOf(pair: Pair, homes: Homes): Promise<Came> {
  const { shape, journey } = pair
  const why = emptiness(shape, journey, Number(process.versions.node.split('.')[0]))
  if (why !== undefined) return { end: 'empty', why }
  const packages = packagesOf(shape)
  if ('missing' in packages) return { end: 'empty', why: packages.missing }
  try {
    return await homes.use(pair, packages.modules, (home) => comeIn(new Cell(home, journey)))
  } catch (error) {
    return { end: 'failed', why: wordsOf(error), codes: [], programs: '' }
  }
}

async function comeIn(cell: Cell): Promise<Came> {
  const failure = await failureOf(cell)
  // What a program has said last is there when it has ended.
  await cell[Symbol.asyncDispose]()
  return failure ? { end: 'failed', ...failure, programs: wordsOfAll(cell.programs) } : { end: 'right' }
}

async function failureOf(cell: Cell): Promise<{ why: string; codes: number[] } | undefined> {
  try {
    await collecting(cell.own, () => limited(() => cell.journey.walk(cell)))
    return undefined
  } catch (error) {
    return { why: wordsOf(error), codes: codesOf(cell.programs) }
  }
}

async function limited(act: () => Promise<void>): Promise<void> {
  const done = new AbortController()
  const late = async () => {
    await delay(limit, undefined, { signal: done.signal })
    throw new Error(`no end after ${limit / 1000} s`)
  }
  try {
    const acting = act()
    acting.catch(() => undefined)
    const timer = late()
    timer.catch(() => undefined)
    await Promise.race([acting, timer])
  } finally {
    done.abort()
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const codesOf = (programs: readonly Program[]): number[] =>
  programs.flatMap(({ code }) => (code === null ? [] : [code]))

const wordsOfAll = (programs: readonly Program[]): string => programs.map(({ words }) => words).join('\n')
