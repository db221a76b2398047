import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { json } from 'node:stream/consumers'
import type { KeyringAnswer, KeyringQuestion } from './keyring.ts'

/** The part of `@napi-rs/keyring` that is used. */
interface Keyring {
  readonly Entry: new (
    service: string,
    user: string,
    options: object,
  ) => { getPassword(): string | null; setPassword(password: string): void }
}

/** Otherwise, without a secret service, Linux would use the kernel keyring, which is lost at reboot. */
const lasting = { linux: { store: 'secret-service' } }

/** White space before the response, sent when this process is up: from then on the keyring's limit applies. */
const ready = '\n'

/** The first version that supports this. */
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

// A separate process, which can be killed while a keyring waits for the user: a thread would block the exit.
const question = (await json(process.stdin)) as KeyringQuestion
let answer: KeyringAnswer
try {
  answer = answerTo(question)
} catch (error) {
  answer = { fault: error instanceof Error ? error.message : String(error) }
}
process.stdout.write(JSON.stringify(answer))
