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

/** Milliseconds without a change after which a file counts as completely written. */
const settleTime = 100
/** Milliseconds that a request waits for a file that keeps changing; after that the previous content applies. */
const waitLimit = 1000
/** Maximum size of a token file in bytes. */
const maxBytes = 2 ** 20

/**
 * The token files of this process, by path: each generation creates a new gate, and the last valid content must
 * survive.
 */
const files = new Map<string, TokenFile>()

/**
 * Reads a token file for the first time.
 * @throws CliError (exit 2) when it cannot be read or a line is invalid.
 */
export function checkTokenFile(path: string): void {
  if (!files.has(path)) files.set(path, new TokenFile(path, firstTokens(path)))
}

/** Admits callers with one of the tokens in a file, as the client that the token is named after, with its scopes. */
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
 * The current content of a token file. Each request checks whether it has changed; a change applies once the file has
 * been stable for a moment, and requests wait for that. While the content is invalid, the last valid one applies.
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
    const end = now() + waitLimit
    while (now() < end && (await stampOf(this.#path)) !== this.#stamp) {
      this.#change ??= this.#follow(log)
      await this.#change
    }
    return mapGet(this.#tokens, digestOf(token))
  }

  async #follow(log: Log): Promise<void> {
    try {
      const end = now() + waitLimit
      let before = await stampOf(this.#path)
      while (now() < end) {
        await pause(settleTime)
        const after = await stampOf(this.#path)
        if (after === before && (await this.#take(after, log))) return
        before = after
      }
      this.#tell('it does not stop changing', log)
    } finally {
      this.#change = undefined
    }
  }

  /** Reads the file; false if it changed meanwhile, so that it no longer has this stamp. */
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

/** Identifies one state of a file: its inode and ctime cannot be reset. */
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
  if (found.size > maxBytes) throw new Error('it is larger than 1 MB')
}
