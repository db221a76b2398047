import type { Peer } from './peer.ts'
import type { Tool } from './tools.ts'

/** What one command is asked of a server. */
export interface Step {
  readonly name: 'run' | 'list' | 'inspect' | 'dev' | 'build'
  /**
   * @param tools What the server lists under plain Node.
   * @returns What is worth a word though all is right.
   * @throws Refused when the command says why it cannot, Error when something is wrong.
   */
  walk(peer: Peer, tools: readonly Tool[]): Promise<string | undefined>
  /** How long it may take, in milliseconds. */
  readonly limit: number
}

/** A command has said why it cannot, instead of doing something wrong. */
export class Refused extends Error {}

export interface Came {
  readonly server: string
  readonly step: Step['name']
  readonly is: 'right' | 'refused' | 'wrong'
  readonly words?: string | undefined
  /** Milliseconds. */
  readonly took: number
}
