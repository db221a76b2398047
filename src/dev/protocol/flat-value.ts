import { isArrayBuffer, isBoxedPrimitive, isDate, isMap, isRegExp, isSet } from 'node:util/types'
import { isObject } from '../../protocol/auth.ts'

// Captured before user code runs: globals that it replaces later must not affect authentication.
const { structuredClone: copy } = globalThis
const { defineProperty, keys } = Object
const { apply, get } = Reflect
const { isArray } = Array
const { isView } = ArrayBuffer

/**
 * A value and everything that it references as a flat list instead of nested, since structured cloning is recursive and
 * limited by stack size. The value itself comes first.
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

/** A primitive, another part by its index, or an object that is cloned as a whole. */
type Piece = Primitive | { readonly at: number } | { readonly whole: object }
type Primitive = string | number | bigint | boolean | null | undefined

/** Maximum objects of one value. */
const most = 100_000

/**
 * Makes a copy of an object that can be sent to another process: plain data, dates, bytes, maps and sets, also
 * circular. What cannot be sent, such as functions, is dropped.
 * @throws TooLarge for a value with too many parts.
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

/** Reconstructs the value in another process. */
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
      // Not by assignment, which would set the prototype for the name `__proto__`.
      else defineProperty(target, String(key), { value: standsFor(piece), ...ordinary })
    }
  })
  return made[0] ?? {}
}

export class TooLarge extends Error {}

const ordinary = { configurable: true, enumerable: true, writable: true }
const lost = Symbol('lost')

/** A getter or proxy of user code may throw, and then that part is dropped; TooLarge is rethrown. */
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

/** Shared memory cannot be sent to another process. */
const isWhole = (value: object) =>
  isDate(value) ||
  isRegExp(value) ||
  isBoxedPrimitive(value) ||
  isArrayBuffer(isView(value) ? value.buffer : value)

/** The `toJSON` form of a class instance, if it has one, such as URLs and database ids. */
function jsonFormOf(value: object): unknown {
  const toJSON: unknown = get(value, 'toJSON')
  return typeof toJSON === 'function' ? apply(toJSON, value, ['']) : value
}
