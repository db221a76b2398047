import type { ReadStream } from 'node:tty'
import type { Supervisor } from '../front/supervisor.ts'
import type { DevInspector } from '../inspector/dev-inspector.ts'
import type { Terminal } from './terminal.ts'

/** A key and its action; the on-screen help is made from these too. */
export interface Key {
  readonly key: string
  readonly help: string
  press(): void
}

export interface KeyParts {
  supervisor: Supervisor
  terminal: Terminal
  inspector: DevInspector | undefined
  /** How a client starts this server. */
  command: object
  quit: () => void
}

/** The keys of `fastmcp dev`, declared once. */
export function devKeys({ supervisor, terminal, inspector, command, quit }: KeyParts): Key[] {
  const keys: Key[] = [
    { key: 'r', help: 'reload now', press: () => supervisor.changed(true) },
    ...(inspector ? [{ key: 'o', help: 'open the Inspector', press: () => inspector.open() }] : []),
    {
      key: 'i',
      help: 'print the client configuration',
      press: () => terminal.clientConfig(supervisor.about, command),
    },
    { key: 't', help: 'list the tools', press: () => terminal.tools(supervisor.about) },
    { key: 'c', help: 'clear the screen', press: () => terminal.clear() },
    { key: 'h', help: 'this help', press: () => terminal.lines(keyHelp(keys)) },
    { key: 'q', help: 'quit', press: quit },
  ]
  return keys
}

/** The characters of Ctrl-C and Ctrl-D in raw mode. */
const endings = new Set(['\u0003', '\u0004'])

/** Reads single keys from a terminal. Returns a function that restores the terminal. */
export function listenToKeys(input: ReadStream, keys: readonly Key[], end: () => void): () => void {
  const press = (typed: Buffer) => {
    for (const one of typed.toString()) {
      if (endings.has(one)) end()
      else keys.find(({ key }) => key === one.toLowerCase())?.press()
    }
  }
  input.setRawMode(true)
  input.on('data', press)
  input.resume()
  return () => {
    input.off('data', press)
    input.setRawMode(false)
    input.pause()
  }
}

const keyHelp = (keys: readonly Key[]): string[] => keys.map(({ key, help }) => `  ${key}  ${help}`)
