import { dirname } from 'node:path'
import { nextCommand, shellWord } from '../../terminal/shell-command.ts'
import type { KeyringFault } from './keyring/keyring.ts'
import { isKeyringOff } from './keyring/keyring-setting.ts'
import { LoginFault } from './login-fault.ts'
import {
  isSealed,
  noteOf,
  readLogin,
  type SealedLogin,
  type StoredLogin,
  writeLogin,
} from './stored-logins.ts'

/**
 * Reads a login, decrypted with the key in the system's keyring if necessary.
 * @returns `undefined` if there is none, or the keyring is disabled or has lost the key.
 * @throws LoginFault if the keyring does not respond, with the remedy.
 */
export async function openLogin(file: string): Promise<StoredLogin | undefined> {
  const found = readLogin(file)
  if (!isSealed(found)) return found
  if (isKeyringOff(process.env)) return undefined
  const { KeyringFault } = await import('./keyring/keyring.ts')
  try {
    return await opened(file, found)
  } catch (error) {
    throw error instanceof KeyringFault ? new LoginFault(sealedWords(found, error), { cause: error }) : error
  }
}

/**
 * Saves a new login, encrypted if there is a usable keyring.
 * @param tell is called with the reason if encryption could be expected but failed.
 */
export async function saveNewLogin(
  file: string,
  login: StoredLogin,
  tell: (text: string) => void,
): Promise<void> {
  const { keyringModule, KeyringFault } = await import('./keyring/keyring.ts')
  // Machine logins often run where no keyring is unlocked.
  if (login.machine || isKeyringOff(process.env) || keyringModule() === undefined)
    return writeLogin(file, login)
  try {
    const { keyToSeal } = await import('./keyring/login-key.ts')
    await saveSealed(file, login, await keyToSeal(dirname(file)))
  } catch (error) {
    if (!(error instanceof KeyringFault || error instanceof LoginFault)) throw error
    tell(`The login is kept in a file that only you can read: the system's keyring ${error.message}`)
    writeLogin(file, login)
  }
}

/** Saves a login in the same way as before. */
export async function saveRefreshed(file: string, login: StoredLogin): Promise<void> {
  const before = readLogin(file)
  if (!isSealed(before)) return writeLogin(file, login)
  const { keyNamed } = await import('./keyring/login-key.ts')
  // New tokens must not be lost: the previous ones are often no longer valid.
  const key = await keyNamed(dirname(file), before.sealed.key).catch(() => undefined)
  if (key) return saveSealed(file, login, key)
  writeLogin(file, login)
}

async function saveSealed(file: string, login: StoredLogin, key: Buffer): Promise<void> {
  const { seal } = await import('./keyring/seal.ts')
  const note = noteOf(login)
  writeLogin(file, { ...note, sealed: seal(key, JSON.stringify(note), JSON.stringify(login)) })
}

async function opened(file: string, { sealed, ...note }: SealedLogin): Promise<StoredLogin | undefined> {
  const { keyNamed } = await import('./keyring/login-key.ts')
  const key = await keyNamed(dirname(file), sealed.key)
  if (!key) return undefined
  const { unseal } = await import('./keyring/seal.ts')
  const text = unseal(key, JSON.stringify(note), sealed)
  return text === undefined ? undefined : (JSON.parse(text) as StoredLogin)
}

const sealedWords = ({ url }: SealedLogin, { message }: KeyringFault) =>
  `the login is sealed with a key in the system's keyring, which ${message}; ` +
  `to log in without it, set FASTMCP_KEYRING=off for ${nextCommand(`login ${shellWord(url)}`)}`
