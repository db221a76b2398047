import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { now } from '../../../process/clock.ts'
import { withLoginLock } from '../login-lock.ts'
import { askKeyring, KeyringFault } from './keyring.ts'
import { keyBytes, keyName } from './seal.ts'

/** Milliseconds for which a failed keyring is not asked again, since each request would wait for it. */
const rest = 60_000

/** Milliseconds to wait for another process that creates the key, which asks the keyring twice. */
const othersLimit = 40_000

/** The cached key of a login folder. */
interface Known {
  key?: Buffer | undefined
  asking?: Promise<Buffer | undefined> | undefined
  /** The name of a key that the keyring does not have. */
  lost?: { readonly name: string; readonly until: number } | undefined
  fault?: { readonly error: KeyringFault; readonly until: number } | undefined
}

const known = new Map<string, Known>()

function knownOf(folder: string): Known {
  const one = known.get(folder) ?? {}
  known.set(folder, one)
  return one
}

/**
 * The key with which a login was encrypted.
 * @param name its name, from `keyName`.
 * @returns `undefined` if the keyring no longer has it.
 * @throws KeyringFault if the keyring fails.
 */
export async function keyNamed(folder: string, name: string): Promise<Buffer | undefined> {
  const one = knownOf(folder)
  if (one.key && keyName(one.key) === name) return one.key
  if (one.lost?.name === name && now() < one.lost.until) return undefined
  // Another process may have replaced it since.
  const key = await lookedUp(folder)
  if (key && keyName(key) === name) return key
  one.lost = { name, until: now() + rest }
  return undefined
}

/**
 * The key for encrypting a new login, created if there is none. Concurrent processes must not each create their own.
 * @throws KeyringFault when the keyring does not keep one, and LoginFault when another process takes too long.
 */
export async function keyToSeal(folder: string): Promise<Buffer> {
  const { signal } = new AbortController()
  const wait = { limit: othersLimit, signal, onWait: () => undefined }
  const found = await lookedUp(folder)
  if (found) return found
  return withLoginLock(join(folder, 'keyring'), wait, async () => {
    const other = await lookedUp(folder)
    if (other) return other
    const made = randomBytes(keyBytes).toString('base64url')
    const key = keyIn(await askKeyring(entryOf(folder), made))
    if (!key) throw new KeyringFault('does not keep what it is given')
    knownOf(folder).key = key
    return key
  })
}

async function lookedUp(folder: string): Promise<Buffer | undefined> {
  const one = knownOf(folder)
  if (one.fault && now() < one.fault.until) throw one.fault.error
  one.asking ??= askKeyring(entryOf(folder))
    .then((text) => {
      one.key = keyIn(text)
      return one.key
    })
    .catch((error: unknown) => {
      if (error instanceof KeyringFault) one.fault = { error, until: now() + rest }
      throw error
    })
    .finally(() => {
      one.asking = undefined
    })
  return one.asking
}

/** One entry per login folder, and so per account. */
const entryOf = (folder: string): string => `logins in ${folder}`

function keyIn(text: string | undefined): Buffer | undefined {
  const key = Buffer.from(text ?? '', 'base64url')
  return key.length === keyBytes ? key : undefined
}
