import type { Lab } from './lab.ts'

/** What one round of a contestant has shown; which figures it has depends on what is measured. */
export interface Sample {
  /** Milliseconds on the clock: of a start, of a save, of one call. */
  wall?: number
  /** Milliseconds of processor time in the measured process. */
  cpu?: number
  /** Any other figure, in the unit of its row. */
  amount?: number
}

export interface Opened {
  round(): Promise<Sample>
  close?(): Promise<void> | void
}

/** One that is measured: the product, a peer, or a floor that nothing can go below. */
export interface Contestant {
  readonly name: string
  open(lab: Lab): Promise<Opened> | Opened
}

export type Goal = { readonly atMost: number } | { readonly atLeast: number }

export interface Row {
  /** Its number among the targets, if it is one of them. */
  readonly target?: number
  readonly what: string
  readonly of: Contestant
  /** The peer or floor it is set against; its rounds and those of the other take turns. */
  readonly by?: Contestant
  readonly value: (of: Sample, by: Sample) => number
  readonly unit: '×' | 'ms' | 'µs' | 'KiB' | 'MB' | ''
  readonly goal?: Goal
  /** How much more may be had on Node 20, whose public hooks run in a thread of their own. */
  readonly slackOn20?: number
}

/** Rows that are measured together, in rounds that take turns, so that what befalls the machine befalls them all. */
export interface Part {
  readonly name: string
  readonly rows: readonly Row[]
  /** Rounds of a full run, and of a quick one. */
  readonly rounds: readonly [full: number, quick: number]
  /** Whether it is the same on every Node, so that one is enough. */
  readonly once?: boolean
}

type Told = Pick<Row, 'what' | 'of' | 'target' | 'goal' | 'slackOn20'>

/** How many times as long as the other it takes: less is better. */
export const timesAsLong = (row: Told & { by: Contestant }): Row => ({
  ...row,
  unit: '×',
  value: (of, by) => figure(of.wall) / figure(by.wall),
})

/** How many times as much as the other it gets done in the same time: more is better. */
export const timesAsMuch = (row: Told & { by: Contestant }): Row => ({
  ...row,
  unit: '×',
  value: (of, by) => figure(by.wall) / figure(of.wall),
})

/** Processor time that it needs over the other, in the unit of the row. */
export const moreProcessor = (row: Told & { by: Contestant; unit: 'ms' | 'µs' }): Row => ({
  ...row,
  value: (of, by) => (figure(of.cpu) - figure(by.cpu)) * (row.unit === 'µs' ? 1000 : 1),
})

export const processor = (row: Told & { unit: 'ms' | 'µs' }): Row => ({
  ...row,
  value: (of) => figure(of.cpu) * (row.unit === 'µs' ? 1000 : 1),
})

export const wallTime = (row: Told): Row => ({ ...row, unit: 'ms', value: (of) => figure(of.wall) })

export const amount = (row: Told & { unit: Row['unit'] }): Row => ({
  ...row,
  value: (of) => figure(of.amount),
})

const figure = (value: number | undefined): number => value ?? Number.NaN
