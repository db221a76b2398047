import type { Supervisor } from '../front/supervisor.ts'
import type { DevInspector } from '../inspector/dev-inspector.ts'
import type { Key } from './keys.ts'
import { keyHelp } from './keys.ts'
import type { Terminal } from './terminal.ts'

export interface KeyParts {
  supervisor: Supervisor
  terminal: Terminal
  inspector: DevInspector | undefined
  /** How a client starts this server. */
  command: object
  quit: () => void
}

/** The keys of `fastmcp dev`, the one place where they are said. */
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
