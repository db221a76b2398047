import { setTimeout as pause } from 'node:timers/promises'
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import { now } from '../../../process/clock.ts'
import { fetchJson } from './fetch-json.ts'
import { issuerLimit, keysAddress } from './issuer-metadata.ts'

/** Milliseconds that finding and fetching the keys may take together, less than a hook may take. */
const fetchLimit = 7_000
/** Milliseconds between the beginnings of two fetches, whatever tokens ask for. */
const spacing = 1_000
/** Milliseconds after which keys are fetched again while they still count, and after which they count no more. */
const renewAfter = 300_000
const oldest = 600_000

/** That the keys cannot be had; nothing is wrong with the token. */
export class KeysUnavailable extends Error {}

interface Keys {
  readonly find: JWTVerifyGetKey
  /** When fetching them began. */
  readonly began: number
}

/**
 * The keys of an issuer, as it publishes them (RFC 7517). They are fetched for the first token, every five minutes,
 * and for a key that is not among them: a token signed with a key that has just been published waits for the keys
 * fetched after it came, so that a rotation refuses nobody.
 */
export class IssuerKeys {
  readonly #issuer: string
  readonly #named: string | undefined
  #address: string | undefined
  #keys: Keys | undefined
  #began = Number.NEGATIVE_INFINITY
  #running: Promise<Keys> | undefined
  #next: Promise<Keys> | undefined

  /** @param address where the keys are; it is discovered from the issuer when absent. */
  constructor(issuer: string, address: string | undefined) {
    this.#issuer = issuer
    this.#named = address
  }

  /**
   * The key that a token says it was signed with.
   * @throws KeysUnavailable, or an error of jose's when there is none.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const asked = now()
    const { find, began } = await this.#current()
    try {
      return await find(header, token)
    } catch (error) {
      if (!isUnknownKey(error) || began >= asked) throw error
      const fresh = await this.#fetchedNext()
      return fresh.find(header, token)
    }
  }

  async #current(): Promise<Keys> {
    const keys = this.#keys
    const age = keys ? now() - keys.began : Number.POSITIVE_INFINITY
    if (!keys || age > oldest) return this.#running ?? this.#fetchedNext()
    if (age > renewAfter) this.#fetchedNext().catch(() => undefined)
    return keys
  }

  /** Keys that are fetched from now on; all who ask until that begins share it, and two are never fetched at once. */
  #fetchedNext(): Promise<Keys> {
    this.#next ??= this.#whenDue()
    return this.#next
  }

  async #whenDue(): Promise<Keys> {
    await this.#running?.catch(() => undefined)
    const wait = this.#began + spacing - now()
    if (wait > 0) await pause(wait)
    this.#next = undefined
    this.#running = this.#fetch()
    try {
      return await this.#running
    } finally {
      this.#running = undefined
    }
  }

  async #fetch(): Promise<Keys> {
    const began = now()
    this.#began = began
    const signal = AbortSignal.timeout(fetchLimit)
    try {
      this.#address ??= this.#named ?? (await keysAddress(this.#issuer, signal))
      this.#keys = { began, find: await keysAt(this.#address, signal) }
      return this.#keys
    } catch (error) {
      // It may have moved.
      this.#address = undefined
      throw new KeysUnavailable(error instanceof Error ? error.message : String(error))
    }
  }
}

async function keysAt(address: string, signal: AbortSignal): Promise<JWTVerifyGetKey> {
  const { status, value } = await fetchJson(address, { signal, limit: issuerLimit }).catch(
    (error: unknown) => {
      throw new Error(`${address} ${error instanceof Error ? error.message : error}`)
    },
  )
  if (status !== 200) throw new Error(`${address} answers with status ${status}`)
  try {
    return createLocalJWKSet(value as Parameters<typeof createLocalJWKSet>[0])
  } catch {
    throw new Error(`${address} does not have a set of keys (RFC 7517)`)
  }
}

const isUnknownKey = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_JWKS_NO_MATCHING_KEY'
