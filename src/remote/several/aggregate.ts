import { version } from '../../process/version.ts'
import { type Channel, onClientClose } from '../../protocol/channel.ts'
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
import { ServerAsks } from '../../sessions/server-asks.ts'
import { messageOf } from '../../terminal/errors.ts'
import type { Destination } from '../upstream.ts'
import { Member, type MemberEvents } from './member.ts'
import { memberPrefixes, mergedList, mergedLists, unprefixed } from './merged-lists.ts'
import { membersFor, otherCapabilities, severalHave } from './other-capabilities.ts'
import type { TaskOwners } from './task-owners.ts'

/** The parameters by which a request may name a listed item. */
const nameable = [
  ['tools/list', 'name'],
  ['prompts/list', 'name'],
  ['resources/list', 'uri'],
  ['resources/templates/list', 'uriTemplate'],
] as const

/**
 * Several servers as one, for one conversation: their lists are merged, and each call goes to the server of its target.
 */
export class Aggregate implements OpenServer {
  readonly sdkServer = this
  readonly #label: string
  readonly #members: readonly Member[]
  /** The server and original name of each listed tool, prompt and resource. */
  readonly #owners = new Map<string, { member: Member; name: string }>()
  readonly #asks = new ServerAsks()
  readonly #tasks: TaskOwners
  #channel: Channel | undefined

  /**
   * @param tasks the servers of tasks, shared by all conversations.
   * @param subject the caller, if authenticated.
   */
  constructor(
    label: string,
    destinations: ReadonlyMap<string, Destination>,
    tasks: TaskOwners,
    log: MemberEvents['log'],
    subject?: string,
  ) {
    this.#label = label
    this.#tasks = tasks
    const events: MemberEvents = {
      log,
      said: this.#said,
      answered: ({ name }, result) => tasks.note(name, result),
      back: () => this.#changed(),
    }
    const prefixes = memberPrefixes([...destinations.keys()])
    this.#members = [...destinations].map(
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
    await Promise.allSettled(this.#members.map((member) => member.close()))
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
      const able = this.#members.filter(({ capabilities }) => 'logging' in capabilities)
      await Promise.all(able.map((member) => member.request(method, params)))
      return result({})
    }
    const ref = method === 'completion/complete' && isRecord(params.ref) ? params.ref : undefined
    if (method === 'tools/call' || method === 'prompts/get' || ref?.type === 'ref/prompt')
      return this.#byName(request, ref)
    if (method.startsWith('resources/') || ref) return this.#byUri(request, wordOf(ref?.uri ?? params.uri))
    return this.#byWhatItNames(request)
  }

  async #introduce(params: Params): Promise<Params> {
    await Promise.all(this.#members.map((member) => member.introduce(params)))
    const has = (name: string) => this.#members.some(({ capabilities }) => name in capabilities)
    const asked = wordOf(params.protocolVersion)
    const instructions = this.#members
      .filter((member) => member.instructions !== undefined)
      .map((member) => `${member.name}: ${member.instructions}`)
    return {
      protocolVersion: (legacyVersions as readonly string[]).includes(asked) ? asked : legacyVersions[0],
      // A server that is down may have any of these once it is back.
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        ...(has('logging') && { logging: {} }),
        ...(has('completions') && { completions: {} }),
        ...otherCapabilities(this.#members),
      },
      serverInfo: { name: this.#label, version },
      ...(instructions.length > 0 && { instructions: instructions.join('\n\n') }),
    }
  }

  #list(method: string): Promise<Params> {
    return mergedList(method, this.#members, (key, member, name) =>
      this.#owners.set(`${method} ${key}`, { member, name }),
    )
  }

  async #byName(
    { id, method, params = {} }: JsonRpcRequest,
    ref: Params | undefined,
  ): Promise<JsonRpcResponse> {
    const called = wordOf(ref?.name ?? params.name)
    const list = method === 'tools/call' ? 'tools/list' : 'prompts/list'
    const found = this.#owners.get(`${list} ${called}`) ?? unprefixed(this.#members, called)
    if (!found) {
      const names = this.#members.map(({ prefix }) => prefix).join(', ')
      return errorReply(
        id,
        errorCodes.invalidParams,
        `${called} is of no server here: names begin with ${names}`,
      )
    }
    const { member, name } = found
    if (!member.ready) return errorReply(id, errorCodes.server, `${member.name} cannot be reached at present`)
    return member.request(method, ref ? { ...params, ref: { ...ref, name } } : { ...params, name }, id)
  }

  /** An unlisted URI may match a template: the first server that knows it answers. */
  async #byUri({ id, method, params }: JsonRpcRequest, uri: string): Promise<JsonRpcResponse> {
    const owner = this.#owners.get(`resources/list ${uri}`)?.member
    const able = this.#members.filter(({ ready, capabilities }) => ready && 'resources' in capabilities)
    let response: JsonRpcResponse = errorReply(id, errorCodes.invalidParams, `Resource ${uri} not found`)
    for (const member of owner ? [owner] : able) {
      response = await member.request(method, params, id)
      if ('result' in response) break
    }
    return response
  }

  /** An unknown method goes to the server that declares it; among several, to the one whose item it names. */
  async #byWhatItNames(request: JsonRpcRequest): Promise<JsonRpcResponse> {
    const { id, method, params = {} } = request
    const able = membersFor(method, this.#members)
    const [only, ...others] = able
    if (!only) return errorReply(id, errorCodes.methodNotFound, `Method not found: ${method}`)
    const named = this.#named(params, others.length > 0 ? able : [])
    if (named && able.includes(named.member)) return named.member.request(method, named.params, id)
    return others.length > 0 ? severalHave(request, able) : only.request(method, params, id)
  }

  /**
   * The server of the item that a request names, and the parameters with its original name.
   * @param guessed servers whose prefix is sufficient for an unlisted name.
   */
  #named(params: Params, guessed: readonly Member[]): { member: Member; params: Params } | undefined {
    for (const [list, field] of nameable) {
      const word = wordOf(params[field])
      const found =
        this.#owners.get(`${list} ${word}`) ?? (field === 'name' ? unprefixed(guessed, word) : undefined)
      if (found) return { member: found.member, params: { ...params, [field]: found.name } }
    }
    const server = this.#tasks.serverOf(params.taskId)
    const member = this.#members.find(({ name }) => name === server)
    return member && { member, params }
  }

  #hear(message: JsonRpcNotification): void {
    if (message.method === 'notifications/initialized') return
    if (message.method === 'notifications/progress' && this.#asks.progress(message)) return
    const cancelled = message.method === 'notifications/cancelled' ? message.params?.requestId : undefined
    for (const member of this.#members) {
      if (cancelled !== undefined && !member.answers(cancelled)) continue
      member.send(message)
      if (isRequestId(cancelled)) member.abandon(cancelled)
    }
  }

  readonly #said: MemberEvents['said'] = (member, message, options) => {
    const renumbered = this.#asks.toClient(member, message)
    // Messages related to our own requests do not belong to any of the client's.
    const own = String(options?.relatedRequestId ?? '').startsWith('fastmcp:')
    return renumbered && this.#channel?.send(renumbered, own ? undefined : options)
  }

  #changed(): void {
    for (const kind of ['tools', 'prompts', 'resources']) {
      void this.#channel?.send({ jsonrpc: '2.0', method: `notifications/${kind}/list_changed` })
    }
  }
}
