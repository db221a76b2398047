import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoginHome } from './login-home.ts'

/** What a keyring does with a question. */
export type KeyringManner = 'works' | 'refuses' | 'hangs'

/**
 * A package in the shape of the one by which keyrings are reached, whose keyring is a file: where the system has none, and
 * for what no real one does when it is asked to.
 */
export class FileKeyring {
  readonly #env: Record<string, string>
  readonly #file: string

  constructor(home: LoginHome, version = '2.1.2') {
    const modules = join(home.folder, 'node_modules')
    const folder = join(modules, '@napi-rs', 'keyring')
    mkdirSync(folder, { recursive: true })
    this.#file = join(home.folder, 'keyring.json')
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: '@napi-rs/keyring', version, main: 'index.js' }),
    )
    writeFileSync(join(folder, 'index.js'), source)
    this.#env = home.env
    Object.assign(home.env, { NODE_PATH: modules, TEST_KEYRING: this.#file })
    this.empty()
  }

  set manner(manner: KeyringManner) {
    this.#env.TEST_KEYRING_MANNER = manner
  }

  empty(): void {
    writeFileSync(this.#file, '{}')
  }

  /** What it holds, by who asked. */
  get entries(): Record<string, string> {
    return JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, string>
  }
}

const source = `
const { readFileSync, writeFileSync } = require('node:fs')
const { TEST_KEYRING: file, TEST_KEYRING_MANNER: manner } = process.env
const read = () => JSON.parse(readFileSync(file, 'utf8'))
exports.Entry = class {
  constructor(service, user, { linux }) {
    this.name = [service, user, linux.store].join('|')
    if (manner === 'refuses') throw new Error('Platform secure storage failure: it is locked')
    if (manner === 'hangs') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }
  getPassword() { return read()[this.name] ?? null }
  setPassword(text) { writeFileSync(file, JSON.stringify({ ...read(), [this.name]: text })) }
}
`
