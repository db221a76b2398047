import { randomUUID } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'
import { makePrivate } from '../../files/cache-folder.ts'
import { hashOf } from '../../files/checked-file.ts'
import { distrustOf, strangersIn } from '../../files/trust.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import type { Sealed } from './keyring/seal.ts'
import { LoginFault } from './login-fault.ts'

/** A stored login at one server, in a file that only its owner can read. */
export interface StoredLogin {
  readonly url: string
  /** Whether it is a machine login, without a user. */
  readonly machine: boolean
  readonly client?: StoredOAuthClientInformation | undefined
  /** The redirect URL that a registered client is bound to. */
  readonly redirectUrl?: string | undefined
  readonly tokens?: StoredOAuthTokens | undefined
  /** Expiry of the access token in milliseconds since 1970, if known. */
  readonly expiresAt?: number | undefined
  /** The requested scopes, to which later requests add. */
  readonly scope?: string | undefined
  readonly discovery?: OAuthDiscoveryState | undefined
}

/** The public part of a login. */
export interface LoginNote {
  readonly url: string
  readonly machine: boolean
  readonly issuer?: string | undefined
  readonly scope?: string | undefined
  readonly expiresAt?: number | undefined
  readonly state: 'with a token' | 'can be refreshed' | 'without a token'
}

/** A login encrypted with a key from the system's keyring, with its public part. */
export interface SealedLogin extends LoginNote {
  readonly sealed: Sealed
}

export const isSealed = (found: StoredLogin | SealedLogin | undefined): found is SealedLogin =>
  found !== undefined && 'sealed' in found

const anyRights = 0o077

/** The folder of logins: `FASTMCP_LOGIN_DIR`, or one in the user's settings. */
export function loginFolder(env: NodeJS.ProcessEnv): string {
  if (env.FASTMCP_LOGIN_DIR) return resolve(env.FASTMCP_LOGIN_DIR)
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'fastmcp', 'logins')
  const { XDG_CONFIG_HOME: named = '' } = env
  return resolve(isAbsolute(named) ? named : join(homedir(), '.config'), 'fastmcp', 'logins')
}

/** The file of the login at a server. */
export function loginFile(url: URL, machine: boolean, env: NodeJS.ProcessEnv = process.env): string {
  const key = `${url.href.replace(/#.*$/, '')}${machine ? '\nmachine' : ''}`
  return join(loginFolder(env), `${hashOf(key).slice(0, 32)}.json`)
}

/**
 * Reads a login file without decrypting it.
 * @returns `undefined` if there is none, or it is invalid.
 * @throws LoginFault for a file that others can access: they may have planted it.
 */
export function readLogin(file: string): StoredLogin | SealedLogin | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) return undefined
  const why = strangersIn(found, anyRights)
  if (why !== undefined) throw new LoginFault(`the login in ${file} is not used: ${why}`)
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isRecord(value) || typeof value.url !== 'string') return undefined
    return value as unknown as StoredLogin | SealedLogin
  } catch {
    return undefined
  }
}

/** Atomically replaces a stored login. */
export function writeLogin(file: string, login: StoredLogin | SealedLogin): void {
  makeLoginFolder(file)
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    writeFileSync(draft, JSON.stringify(login), { mode: 0o600, flag: 'wx' })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** @throws LoginFault when others can read it. */
export function makeLoginFolder(file: string): void {
  const folder = resolve(file, '..')
  makePrivate(folder)
  const why = distrustOf(folder, anyRights)
  if (why !== undefined) throw new LoginFault(`${folder} is not used: ${why}`)
}

/** All stored logins, with their files. */
export function allLogins(env: NodeJS.ProcessEnv): { file: string; note: LoginNote; sealed: boolean }[] {
  const folder = loginFolder(env)
  let names: string[] = []
  try {
    names = readdirSync(folder).filter((name) => /^[0-9a-f]{32}\.json$/.test(name))
  } catch {
    return []
  }
  return names.flatMap((name) => {
    const file = join(folder, name)
    const login = readLogin(file)
    if (!login) return []
    return [{ file, note: isSealed(login) ? login : noteOf(login), sealed: isSealed(login) }]
  })
}

/** The public part of a login. */
export function noteOf({ url, machine, tokens, expiresAt, scope }: StoredLogin): LoginNote {
  const withToken = tokens?.refresh_token === undefined ? 'with a token' : 'can be refreshed'
  const state = tokens === undefined ? 'without a token' : withToken
  return { url, machine, issuer: tokens?.issuer, scope: tokens?.scope ?? scope, expiresAt, state }
}
