import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { json } from 'node:stream/consumers'
import type { KeyringAnswer, KeyringQuestion } from './keyring.ts'

/** What is used of `@napi-rs/keyring`. */
interface Keyring {
  readonly Entry: new (
    service: string,
    user: string,
    options: object,
  ) => { getPassword(): string | null; setPassword(password: string): void }
}

/** Without a service of secrets, Linux would have the kernel keep the key, which forgets it with the next start. */
const lasting = { linux: { store: 'secret-service' } }

/** White space before the answer, from which on the keyring is waited for, and no more this process. */
const ready = '\n'

/** The first version that can be told so. */
const oldest = [2, 1]

function answerTo({ module, user, set }: KeyringQuestion): KeyringAnswer {
  const require = createRequire(import.meta.url)
  const { version } = JSON.parse(readFileSync(join(dirname(module), 'package.json'), 'utf8'))
  const [major = 0, minor = 0] = String(version).split('.').map(Number)
  if (major * 1000 + minor < (oldest[0] ?? 0) * 1000 + (oldest[1] ?? 0))
    return { fault: `@napi-rs/keyring ${version} is too old: it has to be ${oldest.join('.')} or newer` }
  const { Entry }: Keyring = require(module)
  process.stdout.write(ready)
  const entry = new Entry('fastmcp', user, lasting)
  if (set !== undefined) entry.setPassword(set)
  return { found: entry.getPassword() }
}

// A process of its own, which can be ended while a keyring waits for a person: in a thread it would keep the program.
const question = (await json(process.stdin)) as KeyringQuestion
let answer: KeyringAnswer
try {
  answer = answerTo(question)
} catch (error) {
  answer = { fault: error instanceof Error ? error.message : String(error) }
}
process.stdout.write(JSON.stringify(answer))
