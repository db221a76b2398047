import { setTimeout as pause } from 'node:timers/promises'
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import { now } from '../../../process/clock.ts'
import { fetchJson } from './fetch-json.ts'
import { issuerLimit, keysAddress } from './issuer-metadata.ts'

/** Milliseconds for discovering and fetching the keys together, less than a hook may take. */
const fetchLimit = 7_000
/** Minimum milliseconds between the starts of two fetches, whatever tokens ask for. */
const spacing = 1_000
/** Milliseconds after which keys are refreshed in the background, and after which they are no longer valid. */
const renewAfter = 300_000
const oldest = 600_000

/** The keys cannot be fetched; this says nothing about the token. */
export class KeysUnavailable extends Error {}

interface Keys {
  readonly find: JWTVerifyGetKey
  /** When the fetch started. */
  readonly began: number
}

/**
 * The keys that an issuer publishes (RFC 7517). They are fetched for the first token, every five minutes, and for an
 * unknown key: a token signed with a newly published key waits for keys that are fetched after it arrived, so that a
 * key rotation refuses nobody.
 */
export class IssuerKeys {
  readonly #issuer: string
  readonly #named: string | undefined
  #address: string | undefined
  #keys: Keys | undefined
  #began = Number.NEGATIVE_INFINITY
  #running: Promise<Keys> | undefined
  #next: Promise<Keys> | undefined

  /** @param address URL of the keys; discovered from the issuer if absent. */
  constructor(issuer: string, address: string | undefined) {
    this.#issuer = issuer
    this.#named = address
  }

  /**
   * The key that a token says it was signed with.
   * @throws KeysUnavailable, or an error of jose's when there is no such key.
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

  /**
   * Keys from a fetch that starts after this call. All callers until it starts share it, and two fetches never run at
   * once.
   */
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
      // The key URL may have changed.
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
