import { dirname } from 'node:path'
import type { Entry } from './trace.ts'

/** What a flow does in one folder on behalf of another: however often that one calls, it is one visit. */
export interface Visit {
  readonly folder: string
  /** The files that are entered, and the functions through which, each in the order of their first use. */
  readonly steps: Map<string, string[]>
  /** The folders that are entered from it. */
  readonly visits: Visit[]
}

/**
 * How a process goes through the house: the visits that begin outside of it.
 * @param entries what it has entered, from its start to the end of the flow.
 * @param begin how many of them were before the flow.
 */
export function wayOf(entries: readonly Entry[], begin: number): Visit[] {
  const parents = parentsOf(entries, begin)
  const inFlow = new Set(entries.slice(begin))
  const arrivals: Arrival[] = []
  for (const entry of inFlow) {
    const known = parents.get(entry)
    const parent = known && inFlow.has(known) ? known : undefined
    const arrives = parents.has(entry) && entry.kind !== 'property' && parent?.file !== entry.file
    if (arrives) arrivals.push({ entry, parent })
  }
  const shown = shownOf(arrivals)
  const arrived = new Set(arrivals.map(({ entry }) => entry))
  const visits: Visit[] = []
  const places = new Map<Entry, Visit>()
  for (const entry of inFlow) {
    const { file, name } = entry
    const parent = parents.get(entry)
    const from = parent && places.get(parent)
    const isShown = arrived.has(entry) && shown.has(file)
    const isNew = isShown && from?.folder !== dirname(file)
    const place = isNew ? placeIn(from?.visits ?? visits, dirname(file)) : from
    if (!place) continue
    places.set(entry, place)
    if (isShown) place.steps.set(file, [...new Set([...(place.steps.get(file) ?? []), name])])
  }
  return visits
}

/** An entry that leads from one file to another, or into the house. */
interface Arrival {
  readonly entry: Entry
  /** The one during the flow that it comes from. */
  readonly parent: Entry | undefined
}

/** The files that are shown: where the flow begins, or goes on to another folder. All others are helpers of theirs. */
function shownOf(arrivals: readonly Arrival[]): ReadonlySet<string> {
  const shown = new Set<string>()
  for (const { entry, parent } of arrivals) {
    if (!parent) shown.add(entry.file)
    else if (entry.from !== undefined && dirname(parent.file) !== dirname(entry.file)) shown.add(parent.file)
  }
  return shown
}

/** The visit of a folder among these, which is a new one if there is none. */
function placeIn(visits: Visit[], folder: string): Visit {
  const known = visits.find((visit) => visit.folder === folder)
  if (known) return known
  const visit = { folder, steps: new Map(), visits: [] }
  visits.push(visit)
  return visit
}

/**
 * What each entry comes from: its caller, the function that a callback is a part of, or whatever else has led to it. One
 * that has been called by the code that loads a module is not among them.
 */
function parentsOf(entries: readonly Entry[], begin: number): ReadonlyMap<Entry, Entry | undefined> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const ancestor = ({ after }: Entry, isIt: (one: Entry) => boolean) => {
    let one = byId.get(after)
    while (one && !isIt(one)) one = byId.get(one.after)
    return one
  }
  const parents = new Map<Entry, Entry | undefined>()
  const inFlow = new Set(entries.slice(begin))
  for (const entry of entries) {
    const { from, kind, file, name, after } = entry
    if (from !== undefined) {
      const caller = ancestor(entry, (one) => one.file === from)
      if (caller) parents.set(entry, caller)
      continue
    }
    // Who calls back may have begun with something else, and before the flow.
    const isWhole = (one: Entry) => one.file === file && one.name === name
    const begun = kind === 'callback' && (firstOf(inFlow, entry, isWhole) ?? ancestor(entry, isWhole))
    parents.set(entry, begun || byId.get(after))
  }
  return parents
}

/** The first of these that is as wanted, if it comes before another. */
function firstOf(entries: Iterable<Entry>, before: Entry, isIt: (one: Entry) => boolean): Entry | undefined {
  for (const one of entries) {
    if (one === before) return undefined
    if (isIt(one)) return one
  }
  return undefined
}
