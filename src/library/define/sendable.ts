import { types } from 'node:util'

/** What to return instead of what JSON has no form for. */
const instead: Readonly<Record<string, string>> = {
  Map: 'Object.fromEntries() makes an object of it',
  Set: 'Array.from() makes a list of it',
  generator: 'Array.from() makes a list of it',
  'async generator': 'collect what it yields in a list',
  Promise: 'await it',
  Error: 'throw it',
  ArrayBuffer: 'new Uint8Array() makes bytes of it',
}

/**
 * The JSON of what a handler has returned.
 * @throws TypeError naming what JSON has no form for and where it is, so that the model hears of it instead of `{}`.
 */
export function sendableJson(value: unknown): string {
  const path = new Path()
  const text = JSON.stringify(value, function (this: unknown, key: string, part: unknown) {
    path.enter(this, key)
    const kind = unsendable(part, path.isTop)
    if (kind !== undefined) throw refusal(kind, path.text)
    if (path.holds(part)) throw refusal('circle', path.text)
    path.push(part)
    // A number that JSON has no digits for travels as text, as it always has.
    return typeof part === 'bigint' ? String(part) : part
  })
  return text ?? 'null'
}

function refusal(kind: string, where: string): TypeError {
  const location = where === '' ? '' : ` at ${where}`
  if (kind === 'circle') return new TypeError(`the handler returned an object that holds itself${location}`)
  const hint = Object.hasOwn(instead, kind) ? `: ${instead[kind]}` : ''
  const article = /^[aeio]/i.test(kind) ? 'an' : 'a'
  return new TypeError(`the handler returned ${article} ${kind}${location}, which cannot be sent${hint}`)
}

/** What something is that JSON would leave out or make `{}` of; nothing for what it has a form for. */
function unsendable(value: unknown, top: boolean): string | undefined {
  // JSON leaves these out of an object, as everybody knows who has methods in one.
  if (typeof value === 'function' || typeof value === 'symbol') return top ? typeof value : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (types.isMap(value)) return 'Map'
  if (types.isSet(value)) return 'Set'
  if (types.isPromise(value)) return 'Promise'
  if (types.isNativeError(value)) return Object.keys(value).length > 0 && !top ? undefined : 'Error'
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  if (tag === 'Generator') return 'generator'
  if (tag === 'AsyncGenerator') return 'async generator'
  return formed.has(tag) || Object.keys(value).length > 0 ? undefined : tag
}

/** Kinds of objects that JSON has a form for; of others it takes the members, and nothing where there are none. */
const formed: ReadonlySet<string> = new Set([
  'Object',
  'Array',
  'Number',
  'String',
  'Boolean',
  'Arguments',
  'Module',
])

/** Where in a value JSON is. */
class Path {
  /** The objects on the way down, the first of which JSON itself has made. */
  readonly #holders: unknown[] = []
  readonly #keys: string[] = []

  enter(holder: unknown, key: string): void {
    while (this.#holders.length > 0 && this.#holders.at(-1) !== holder) {
      this.#holders.pop()
      this.#keys.pop()
    }
    if (this.#holders.length === 0) this.#holders.push(holder)
    this.#keys[this.#holders.length - 1] = key
    this.#keys.length = this.#holders.length
  }

  get isTop(): boolean {
    return this.#holders.length === 1
  }

  get text(): string {
    return this.#keys.slice(1).join('.')
  }

  holds(value: unknown): boolean {
    return typeof value === 'object' && value !== null && this.#holders.includes(value)
  }

  push(value: unknown): void {
    if (typeof value === 'object' && value !== null) this.#holders.push(value)
  }
}
