import { isArrayBuffer, isBoxedPrimitive, isDate, isMap, isRegExp, isSet } from 'node:util/types'
import { isObject } from '../../protocol/auth.ts'

// Taken before user code runs: what it replaces later must not change what is told of a caller.
const { structuredClone: copy } = globalThis
const { defineProperty, keys } = Object
const { apply, get } = Reflect
const { isArray } = Array
const { isView } = ArrayBuffer

/**
 * A value and all that hangs on it, side by side instead of in each other: what processes exchange otherwise goes no
 * deeper than the stack of either does. The value itself is the first.
 */
export type FlatValue = readonly Part[]

type Part =
  | { readonly kind: 'record'; readonly entries: readonly (readonly [key: string, piece: Piece])[] }
  | {
      readonly kind: 'list'
      readonly length: number
      readonly entries: readonly (readonly [string, Piece])[]
    }
  | { readonly kind: 'map' | 'set'; readonly entries: readonly (readonly [Piece, Piece])[] }

/** A primitive as it is, another part by its index, or an object that is copied as a whole. */
type Piece = Primitive | { readonly at: number } | { readonly whole: object }
type Primitive = string | number | bigint | boolean | null | undefined

/** Objects that a value may consist of. */
const most = 100_000

/**
 * The copy of an object that can go to another process: plain data, dates, bytes, maps and sets, in circles too.
 * What cannot travel, such as functions, is lost.
 * @throws TooLarge for what has too many parts, or no end.
 */
export function flatten(value: object): FlatValue {
  const indexes = new Map<object, number>()
  const queue: object[] = []

  function enqueue(one: object): { at: number } {
    const at = indexes.get(one) ?? queue.length
    if (at === queue.length) {
      if (at >= most) throw new TooLarge(`more than ${most} objects`)
      queue.push(one)
      indexes.set(one, at)
    }
    return { at }
  }

  function pieceOf(one: unknown): Piece | typeof lost {
    if (!isObject(one)) return isPrimitive(one) ? one : lost
    if (isWhole(one)) return { whole: copy(one) }
    const at = indexes.get(one)
    if (at !== undefined) return { at }
    const own = isArray(one) || isMap(one) || isSet(one) ? one : jsonFormOf(one)
    return isObject(own) ? enqueue(own) : isPrimitive(own) ? own : lost
  }

  function pieces(pairs: Iterable<readonly [unknown, unknown]>): [Piece, Piece][] {
    const found: [Piece, Piece][] = []
    for (const [key, one] of pairs) {
      const pair = [tried(() => pieceOf(key)), tried(() => pieceOf(one))] as const
      if (pair[0] !== lost && pair[1] !== lost) found.push([pair[0], pair[1]])
    }
    return found
  }

  function partOf(one: object): Part {
    if (isMap(one)) return { kind: 'map', entries: pieces(one) }
    if (isSet(one)) return { kind: 'set', entries: pieces(one.entries()) }
    const names = tried(() => keys(one))
    const entries: [string, Piece][] = []
    for (const name of names === lost ? [] : names) {
      const piece = tried(() => pieceOf(get(one, name)))
      if (piece !== lost) entries.push([name, piece])
    }
    return isArray(one) ? { kind: 'list', length: one.length, entries } : { kind: 'record', entries }
  }

  enqueue(value)
  const parts: Part[] = []
  for (let at = 0; at < queue.length; at++) parts.push(partOf(queue[at] ?? {}))
  return parts
}

/** The value again, in another process. */
export function unflatten(parts: FlatValue): object {
  const made = parts.map(({ kind }) =>
    kind === 'list' ? [] : kind === 'map' ? new Map() : kind === 'set' ? new Set() : {},
  )
  const standsFor = (piece: Piece): unknown => {
    if (!isObject(piece)) return piece
    return 'at' in piece ? made[piece.at] : piece.whole
  }
  parts.forEach((part, at) => {
    const target = made[at] ?? {}
    if (isArray(target) && part.kind === 'list') target.length = part.length
    for (const [key, piece] of part.entries) {
      if (target instanceof Map) target.set(standsFor(key), standsFor(piece))
      else if (target instanceof Set) target.add(standsFor(piece))
      // Not by assignment, which means something else where a name is `__proto__`.
      else defineProperty(target, String(key), { value: standsFor(piece), ...ordinary })
    }
  })
  return made[0] ?? {}
}

export class TooLarge extends Error {}

const ordinary = { configurable: true, enumerable: true, writable: true }
const lost = Symbol('lost')

/** What user code may have to say of a part can fail, and then that part is lost; not so what is too large. */
function tried<T>(look: () => T): T | typeof lost {
  try {
    return look()
  } catch (error) {
    if (error instanceof TooLarge) throw error
    return lost
  }
}

const isPrimitive = (value: unknown): value is Primitive =>
  value === null || !/^(object|function|symbol)$/.test(typeof value)

/** Memory that threads share cannot go to another process. */
const isWhole = (value: object) =>
  isDate(value) ||
  isRegExp(value) ||
  isBoxedPrimitive(value) ||
  isArrayBuffer(isView(value) ? value.buffer : value)

/** What an object of a class says of itself, where it has a word on that: URLs and ids of databases do. */
function jsonFormOf(value: object): unknown {
  const toJSON: unknown = get(value, 'toJSON')
  return typeof toJSON === 'function' ? apply(toJSON, value, ['']) : value
}
