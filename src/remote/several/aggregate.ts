import { version } from '../../process/version.ts'
import type { Channel } from '../../protocol/channel.ts'
import {
  errorCodes,
  errorReply,
  isNotification,
  isRecord,
  isRequest,
  isRequestId,
  type JsonRpcNotification,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
  wordOf,
} from '../../protocol/jsonrpc.ts'
import { legacyVersions } from '../../protocol/protocol-versions.ts'
import type { OpenServer } from '../../protocol/source.ts'
import { onClientClose } from '../../sessions/client-close.ts'
import { ServerAsks } from '../../sessions/server-asks.ts'
import { messageOf } from '../../terminal/errors.ts'
import type { Destination } from '../upstream.ts'
import { type BranchEvents, Member } from './member.ts'
import { branchPrefixes } from './member-prefixes.ts'
import { mergedList, mergedLists, unprefixed } from './merged-lists.ts'

/** Several servers as one, for one conversation: what each offers is merged, and each call goes to its own. */
export class Aggregate implements OpenServer {
  readonly sdkServer = this
  readonly #label: string
  readonly #branches: readonly Member[]
  /** Whose each listed tool, prompt and resource is, and what it is called there. */
  readonly #owners = new Map<string, { branch: Member; name: string }>()
  readonly #asks = new ServerAsks()
  #channel: Channel | undefined

  /** @param subject whose conversation it is, where callers are known. */
  constructor(
    label: string,
    destinations: ReadonlyMap<string, Destination>,
    log: BranchEvents['log'],
    subject?: string,
  ) {
    this.#label = label
    const events: BranchEvents = { log, said: this.#said, back: () => this.#changed() }
    const prefixes = branchPrefixes([...destinations.keys()])
    this.#branches = [...destinations].map(
      ([name, destination], index) => new Member(name, prefixes[index] ?? '', destination, events, subject),
    )
  }

  connect(channel: Channel): Promise<void> {
    this.#channel = channel
    channel.onmessage = (message) => {
      if (isRequest(message)) void this.#answer(message)
      else if (isNotification(message)) this.#hear(message)
      else this.#asks.answer(message)
    }
    onClientClose(channel, () => this.close())
    return Promise.resolve()
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#branches.map((branch) => branch.close()))
  }

  async #answer(request: JsonRpcRequest): Promise<void> {
    const response = await this.#responseTo(request).catch((error: unknown) =>
      errorReply(request.id, errorCodes.internal, messageOf(error)),
    )
    await this.#channel?.send({ ...response, id: request.id })
  }

  async #responseTo(request: JsonRpcRequest): Promise<JsonRpcResponse> {
    const { id, method, params = {} } = request
    const result = (result: Params): JsonRpcResponse => ({ jsonrpc: '2.0', id, result })
    if (method === 'initialize') return result(await this.#introduce(params))
    if (method === 'ping') return result({})
    if (mergedLists.has(method)) return result(await this.#list(method))
    if (method === 'logging/setLevel') {
      const able = this.#branches.filter(({ capabilities }) => 'logging' in capabilities)
      await Promise.all(able.map((branch) => branch.request(method, params)))
      return result({})
    }
    const ref = method === 'completion/complete' && isRecord(params.ref) ? params.ref : undefined
    if (method === 'tools/call' || method === 'prompts/get' || ref?.type === 'ref/prompt')
      return this.#byName(request, ref)
    if (method.startsWith('resources/') || ref) return this.#byUri(request, wordOf(ref?.uri ?? params.uri))
    return errorReply(id, errorCodes.methodNotFound, `Method not found: ${method}`)
  }

  async #introduce(params: Params): Promise<Params> {
    await Promise.all(this.#branches.map((branch) => branch.introduce(params)))
    const has = (name: string) => this.#branches.some(({ capabilities }) => name in capabilities)
    const asked = wordOf(params.protocolVersion)
    const instructions = this.#branches
      .filter((branch) => branch.instructions !== undefined)
      .map((branch) => `${branch.name}: ${branch.instructions}`)
    return {
      protocolVersion: (legacyVersions as readonly string[]).includes(asked) ? asked : legacyVersions[0],
      // A server that is down may offer any of these once it is back.
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        ...(has('logging') && { logging: {} }),
        ...(has('completions') && { completions: {} }),
      },
      serverInfo: { name: this.#label, version },
      ...(instructions.length > 0 && { instructions: instructions.join('\n\n') }),
    }
  }

  #list(method: string): Promise<Params> {
    return mergedList(method, this.#branches, (key, branch, name) =>
      this.#owners.set(`${method} ${key}`, { branch, name }),
    )
  }

  async #byName(
    { id, method, params = {} }: JsonRpcRequest,
    ref: Params | undefined,
  ): Promise<JsonRpcResponse> {
    const called = wordOf(ref?.name ?? params.name)
    const list = method === 'tools/call' ? 'tools/list' : 'prompts/list'
    const found = this.#owners.get(`${list} ${called}`) ?? unprefixed(this.#branches, called)
    if (!found) {
      const names = this.#branches.map(({ prefix }) => prefix).join(', ')
      return errorReply(
        id,
        errorCodes.invalidParams,
        `${called} is of no server here: names begin with ${names}`,
      )
    }
    const { branch, name } = found
    if (!branch.ready) return errorReply(id, errorCodes.server, `${branch.name} cannot be reached at present`)
    return branch.request(method, ref ? { ...params, ref: { ...ref, name } } : { ...params, name }, id)
  }

  /** A URI that no list has shown may be one of a template: whoever knows it answers. */
  async #byUri({ id, method, params }: JsonRpcRequest, uri: string): Promise<JsonRpcResponse> {
    const owner = this.#owners.get(`resources/list ${uri}`)?.branch
    const able = this.#branches.filter(({ ready, capabilities }) => ready && 'resources' in capabilities)
    let response: JsonRpcResponse = errorReply(id, errorCodes.invalidParams, `Resource ${uri} not found`)
    for (const branch of owner ? [owner] : able) {
      response = await branch.request(method, params, id)
      if ('result' in response) break
    }
    return response
  }

  #hear(message: JsonRpcNotification): void {
    if (message.method === 'notifications/initialized') return
    if (message.method === 'notifications/progress' && this.#asks.progress(message)) return
    const cancelled = message.method === 'notifications/cancelled' ? message.params?.requestId : undefined
    for (const branch of this.#branches) {
      if (cancelled !== undefined && !branch.answers(cancelled)) continue
      branch.send(message)
      if (isRequestId(cancelled)) branch.abandon(cancelled)
    }
  }

  readonly #said: BranchEvents['said'] = (branch, message, options) => {
    const renumbered = this.#asks.toClient(branch, message)
    // What belongs to a request of our own belongs to none of the client's.
    const own = String(options?.relatedRequestId ?? '').startsWith('fastmcp:')
    return renumbered && this.#channel?.send(renumbered, own ? undefined : options)
  }

  #changed(): void {
    for (const kind of ['tools', 'prompts', 'resources']) {
      void this.#channel?.send({ jsonrpc: '2.0', method: `notifications/${kind}/list_changed` })
    }
  }
}
