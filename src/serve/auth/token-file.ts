import { type BigIntStats, readFileSync, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { readFault } from '../../files/read-fault.ts'
import { decodeText } from '../../files/text-file.ts'
import { now } from '../../process/clock.ts'
import { type AuthHook, presentedToken } from '../../protocol/auth.ts'
import { mapGet } from '../../protocol/builtins.ts'
import { digestOf } from '../../protocol/digest.ts'
import { codeOf, usageError } from '../../terminal/errors.ts'
import type { Log } from '../serve-options.ts'
import { type NamedToken, type NamedTokens, namedTokens } from './token-lines.ts'

/** Milliseconds for which a file must not have changed before it counts as written. */
const settled = 100
/** Milliseconds that a request waits for a file that goes on changing; then what was read before counts. */
const patience = 1000
/** Bytes that a file of tokens may have. */
const longest = 2 ** 20

/** The files of this process, by path: a gate is made again with each generation, and what was good must stay. */
const files = new Map<string, TokenFile>()

/**
 * Reads a file of tokens for the first time.
 * @throws CliError (exit 2) when it cannot be read or a line of it makes no sense.
 */
export function checkTokenFile(path: string): void {
  if (!files.has(path)) files.set(path, new TokenFile(path, firstTokens(path)))
}

/** Admits whoever presents one of a file's tokens, as the client of that token's name, with its scopes. */
export function tokenFileHook(path: string, log: Log): AuthHook {
  const file = files.get(path) ?? new TokenFile(path, new Map())
  return async (request) => {
    const token = presentedToken(request)
    if (token === undefined) return undefined
    const found = await file.named(token, log)
    return found && { token, clientId: found.name, scopes: [...found.scopes] }
  }
}

/**
 * A file of tokens as it is now. Each question looks whether it has changed; a change counts once the file has been
 * the same for a moment, and those who ask meanwhile wait for that. While its content makes no sense, the last that
 * did stands.
 */
class TokenFile {
  readonly #path: string
  #tokens: NamedTokens
  #stamp: string | undefined
  #change: Promise<void> | undefined
  #told: string | undefined

  constructor(path: string, tokens: NamedTokens) {
    this.#path = path
    this.#tokens = tokens
  }

  async named(token: string, log: Log): Promise<NamedToken | undefined> {
    const end = now() + patience
    while (now() < end && (await stampOf(this.#path)) !== this.#stamp) {
      this.#change ??= this.#follow(log)
      await this.#change
    }
    return mapGet(this.#tokens, digestOf(token))
  }

  async #follow(log: Log): Promise<void> {
    try {
      const end = now() + patience
      let before = await stampOf(this.#path)
      while (now() < end) {
        await pause(settled)
        const after = await stampOf(this.#path)
        if (after === before && (await this.#take(after, log))) return
        before = after
      }
      this.#tell('it does not stop changing', log)
    } finally {
      this.#change = undefined
    }
  }

  /** Whether the file is still the one with this stamp after it was read. */
  async #take(stamp: string, log: Log): Promise<boolean> {
    let tokens: NamedTokens | undefined
    let fault: string | undefined
    try {
      refuseOdd(await stat(this.#path, { bigint: true }))
      tokens = namedTokens(decodeText(await readFile(this.#path)).text)
    } catch (error) {
      fault = readFault(error)
    }
    if ((await stampOf(this.#path)) !== stamp) return false
    this.#stamp = stamp
    if (tokens) this.#tokens = tokens
    if (fault === undefined) this.#told = undefined
    else this.#tell(fault, log)
    return true
  }

  #tell(fault: string, log: Log): void {
    if (this.#told === fault) return
    this.#told = fault
    log('error', `--token-file ${this.#path}: ${fault}. The tokens that were read before stay in force.`)
  }
}

function firstTokens(path: string): NamedTokens {
  try {
    refuseOdd(statSync(path, { bigint: true }))
    return namedTokens(decodeText(readFileSync(path)).text)
  } catch (error) {
    throw usageError(`--token-file ${path}: ${readFault(error)}`)
  }
}

/** What tells one state of a file from another; its inode and its times cannot be set back. */
async function stampOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch (error) {
    return codeOf(error) ?? 'unknown'
  }
}

function refuseOdd(found: BigIntStats): void {
  if (!found.isFile()) throw new Error('it is not a regular file')
  if (found.size > longest) throw new Error('it is larger than 1 MB')
}
