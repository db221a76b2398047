import { StoredState } from '../../sessions/stored-state.ts'
import { messageOf } from '../../terminal/errors.ts'

/**
 * JSON values that belong to one client's session and end with it. The runner keeps them, so they outlive a reload of
 * the code.
 */
export interface SessionState {
  /** The value under a key, as a copy of its own; `undefined` when there is none. */
  get<T = unknown>(key: string): Promise<T | undefined>
  /**
   * Keeps a value under a key, in place of what was there.
   * @throws TypeError for a value that JSON cannot hold; RangeError beyond 1 MiB (1,048,576 characters) of keys and
   * values as JSON text. What was there before then stays.
   */
  set(key: string, value: unknown): Promise<void>
  /** Forgets the value under a key, if there is one. */
  delete(key: string): Promise<void>
}

/** Kept for channels that are not the runner's, such as a pair of ends in memory. */
const elsewhere = new WeakMap<object, Map<string, string>>()

/** @throws Error when the conversation has no session to keep anything with. */
export function stateOf(channel: object | undefined): SessionState {
  if (!channel) {
    throw new Error('ctx.state needs a session, and clients of protocol version 2026-07-28 have none')
  }
  const values = valuesOf(channel)
  return {
    get: <T>(key: string) => {
      const text = values.get(key)
      return Promise.resolve(text === undefined ? undefined : (JSON.parse(text) as T))
    },
    set: async (key, value) => {
      const text: string | undefined = JSON.stringify(value)
      if (text === undefined)
        throw new TypeError(`ctx.state.set(${JSON.stringify(key)}): JSON cannot hold this value`)
      put(values, key, text)
    },
    delete: async (key) => {
      values.delete(key)
    },
  }
}

/** @throws RangeError with the key, beyond what a session may keep. */
function put(values: Map<string, string>, key: string, text: string): void {
  try {
    values.set(key, text)
  } catch (error) {
    throw new RangeError(`ctx.state.set(${JSON.stringify(key)}): ${messageOf(error)}`)
  }
}

const keepsTexts = (own: unknown): own is Map<string, string> =>
  typeof own === 'object' &&
  own !== null &&
  ['get', 'set', 'delete'].every((name) => typeof Reflect.get(own, name) === 'function')

function valuesOf(channel: object): Map<string, string> {
  const own: unknown = Reflect.get(channel, 'state')
  // By what it can do: user code may have put another class where `Map` was.
  if (keepsTexts(own)) return own
  const values = elsewhere.get(channel) ?? new StoredState()
  elsewhere.set(channel, values)
  return values
}
