import { now, within } from '../../process/clock.ts'
import { isRecord, type JsonRpcResponse, type Params } from '../../protocol/jsonrpc.ts'

/** Maximum number of distinct names and their length: each name is at least one time series. */
const limits = { names: 500, characters: 128, pages: 50 }

/** Minimum milliseconds between two requests to the server, and the milliseconds that each may take. */
const timing = { between: 10_000, answer: 5_000 }

/** Sends the server a list request. */
export type AskList = (method: string, params: Params) => Promise<JsonRpcResponse | undefined>

/**
 * The names of the tools that the server lists. All other names that clients call share one label, or a client could
 * create any number of time series. Names are learned from the lists that clients request; for a client that calls
 * without listing, such as one whose session survived a restart, the runner lists the tools itself.
 */
export class ListedTools {
  readonly #names = new Set<string>()
  #asking: Promise<void> | undefined
  #askedAt = Number.NEGATIVE_INFINITY

  /** The label for a tool, as far as its name is known now. */
  nameOf(tool: string): string {
    return this.#names.has(tool) ? tool : 'other'
  }

  /** Learns the names of a page of `tools/list`. */
  learn(result: Params): void {
    if (!Array.isArray(result.tools)) return
    for (const tool of result.tools) {
      if (this.#names.size >= limits.names) return
      const name: unknown = isRecord(tool) ? tool.name : undefined
      if (typeof name === 'string' && name.length <= limits.characters) this.#names.add(name)
    }
  }

  /** Resolves once a name is known or known not to be listed; undefined if that is already so. */
  settled(tool: string, meta: unknown, ask: AskList): Promise<void> | undefined {
    if (this.#names.has(tool) || this.#names.size >= limits.names) return undefined
    if (this.#asking !== undefined) return this.#asking
    if (now() - this.#askedAt < timing.between) return undefined
    this.#askedAt = now()
    const asking = within(this.#askAll(meta, ask), timing.answer, undefined).finally(() => {
      this.#asking = undefined
    })
    this.#asking = asking
    return asking
  }

  async #askAll(meta: unknown, ask: AskList): Promise<void> {
    let cursor: unknown
    for (let page = 0; page < limits.pages; page++) {
      const params = { ...envelope(meta), ...(cursor !== undefined && { cursor }) }
      const answer = await ask('tools/list', params)
      if (!answer || !('result' in answer)) return
      this.learn(answer.result)
      cursor = answer.result.nextCursor
      if (typeof cursor !== 'string') return
    }
  }
}

/** The `_meta` that a modern server requires in every request, without what belongs to a single call. */
function envelope(meta: unknown): Params {
  if (!isRecord(meta)) return {}
  const { progressToken: _token, ...rest } = meta
  return { _meta: rest }
}
