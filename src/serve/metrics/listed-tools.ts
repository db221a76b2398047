import { now, within } from '../../process/clock.ts'
import { isRecord, type JsonRpcResponse, type Params } from '../../protocol/jsonrpc.ts'

/** Names that are told apart, of so many characters each: every one is a time series or more. */
const limits = { names: 500, characters: 128, pages: 50 }

/** Milliseconds that must lie between two times the server is asked, and that it gets to answer once. */
const patience = { between: 10_000, answer: 5_000 }

/** Asks the server for what it lists. */
export type AskList = (method: string, params: Params) => Promise<JsonRpcResponse | undefined>

/**
 * The tools that the server lists, by name: whatever clients call besides shares one name, or anybody could make up
 * ever more of them. Names are learned from the lists that clients ask for; a client that calls without, such as one
 * whose session outlived a restart, has the runner ask.
 */
export class ListedTools {
  readonly #names = new Set<string>()
  #asking: Promise<void> | undefined
  #askedAt = Number.NEGATIVE_INFINITY

  /** The name that a tool is counted under, as far as is known now. */
  nameOf(tool: string): string {
    return this.#names.has(tool) ? tool : 'other'
  }

  /** Takes note of a page of `tools/list`. */
  learn(result: Params): void {
    if (!Array.isArray(result.tools)) return
    for (const tool of result.tools) {
      if (this.#names.size >= limits.names) return
      const name: unknown = isRecord(tool) ? tool.name : undefined
      if (typeof name === 'string' && name.length <= limits.characters) this.#names.add(name)
    }
  }

  /** Resolves when a name is known, or known not to be listed; nothing when it is already. */
  settled(tool: string, meta: unknown, ask: AskList): Promise<void> | undefined {
    if (this.#names.has(tool) || this.#names.size >= limits.names) return undefined
    if (this.#asking !== undefined) return this.#asking
    if (now() - this.#askedAt < patience.between) return undefined
    this.#askedAt = now()
    const asking = within(this.#askAll(meta, ask), patience.answer, undefined).finally(() => {
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

/** What a server of the modern era wants to read in every request, without what belongs to one call. */
function envelope(meta: unknown): Params {
  if (!isRecord(meta)) return {}
  const { progressToken: _token, ...kept } = meta
  return { _meta: kept }
}
