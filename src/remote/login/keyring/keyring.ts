import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { isRecord } from '../../../protocol/jsonrpc.ts'
import { printed } from '../login-fault.ts'

/** A request to the keyring process. */
export interface KeyringQuestion {
  /** The path of the package. */
  readonly module: string
  readonly user: string
  /** The new value of the entry. */
  readonly set?: string | undefined
}

export type KeyringAnswer = { readonly found: string | null } | { readonly fault: string }

/** Why the system's keyring failed, as text that follows its name. */
export class KeyringFault extends Error {
  override readonly name = 'KeyringFault'
}

/** Milliseconds that a keyring may take, including a prompt to the user: less than a command waits for its server. */
const limit = 15_000
/** Milliseconds that the keyring process may take to start, on a busy machine. */
const startLimit = 30_000

const script = new URL('./keyring-program.js', import.meta.url)

/**
 * The path of the optional keyring package, if it is installed next to this program. The working directory is not
 * searched, since untrusted code there would get the key.
 */
export function keyringModule(): string | undefined {
  try {
    if (!existsSync(script)) return undefined
    return createRequire(import.meta.url).resolve('@napi-rs/keyring')
  } catch {
    return undefined
  }
}

/**
 * Reads an entry of the system's keyring, after writing it if `set` is given.
 * @returns `undefined` when there is none.
 * @throws KeyringFault when the keyring refuses, or takes longer than 15 seconds.
 */
export async function askKeyring(user: string, set?: string): Promise<string | undefined> {
  const module = keyringModule()
  if (module === undefined) throw new KeyringFault('needs @napi-rs/keyring, which is not installed here')
  const answer = await asked({ module, user, set })
  if (answer === undefined) throw new KeyringFault('does not answer')
  if ('fault' in answer) throw new KeyringFault(`refuses (${printed(answer.fault)})`)
  return answer.found ?? undefined
}

async function asked(question: KeyringQuestion): Promise<KeyringAnswer | undefined> {
  const { NODE_OPTIONS: _, ...env } = process.env
  let late: NodeJS.Timeout | undefined
  try {
    const child = spawn(process.execPath, [fileURLToPath(script)], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    })
    const kill = () => child.kill('SIGKILL')
    late = setTimeout(kill, startLimit)
    child.stdout.once('data', () => {
      clearTimeout(late)
      late = setTimeout(kill, limit)
    })
    child.on('error', () => undefined)
    child.stdin.on('error', () => undefined)
    child.stdin.end(JSON.stringify(question))
    return answerIn(JSON.parse(await text(child.stdout)))
  } catch {
    // It could not be started, was killed, or its output is invalid.
    return undefined
  } finally {
    clearTimeout(late)
  }
}

function answerIn(value: unknown): KeyringAnswer | undefined {
  if (!isRecord(value)) return undefined
  const { found, fault } = value
  if (typeof fault === 'string') return { fault }
  return found === null || typeof found === 'string' ? { found } : undefined
}
