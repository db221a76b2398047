import type {
  Client,
  Prompt,
  RequestOptions,
  Resource,
  ResourceTemplateType,
  Tool,
} from '@modelcontextprotocol/client'
import { isRecord } from '../protocol/jsonrpc.ts'

/** What each list holds, by the member of the answer that holds it. */
export interface Listed {
  tools: Tool
  prompts: Prompt
  resources: Resource
  resourceTemplates: ResourceTemplateType
}
export type ListName = keyof Listed

/** The method that asks for a list. */
export const listMethods = {
  tools: 'tools/list',
  prompts: 'prompts/list',
  resources: 'resources/list',
  resourceTemplates: 'resources/templates/list',
} as const satisfies Record<ListName, string>

/** A list of a server's, all pages. */
export interface ReadList<Name extends ListName> {
  /** What can be named and used: as the official client gives it, or as it was on the wire where that rejects the list. */
  readonly items: Listed[Name][]
  /** Everything that was in the list on the wire, whatever it is. */
  readonly wire: readonly unknown[]
  /** Why the official client gives none of it. */
  readonly refusal: string | undefined
}

/**
 * Reads a list as the official client does, and in spite of it where one entry makes it reject the whole list.
 * @throws whatever the client throws when the server gave no answer, or an error.
 */
export async function readList<Name extends ListName>(
  client: Client,
  name: Name,
  options: RequestOptions,
): Promise<ReadList<Name>> {
  const heard = listenFor(client, name)
  try {
    const items = await strictly(client, name, options)
    return { items, wire: heard.pages.length > 0 ? entriesOf(heard.pages, name) : items, refusal: undefined }
  } catch (error) {
    if (!isRejection(error)) throw error
    const { wire, refusal } = await leniently(client, name, options)
    return { items: wire.filter(isNamed[name]) as Listed[Name][], wire, refusal: refusal ?? error.message }
  } finally {
    heard.stop()
  }
}

async function strictly<Name extends ListName>(client: Client, name: Name, options: RequestOptions) {
  const readers = {
    tools: async () => (await client.listTools(undefined, options)).tools,
    prompts: async () => (await client.listPrompts(undefined, options)).prompts,
    resources: async () => (await client.listResources(undefined, options)).resources,
    resourceTemplates: async () => (await client.listResourceTemplates(undefined, options)).resourceTemplates,
  }
  return (await readers[name]()) as Listed[Name][]
}

/** Pages of one list; a server whose cursors never end would be asked for ever. */
const mostPages = 1_000

async function leniently(client: Client, name: ListName, options: RequestOptions) {
  const pages: Page[] = []
  let cursor: string | undefined
  let refusal: string | undefined
  do {
    const heard = listenFor(client, name)
    const params = cursor === undefined ? {} : { params: { cursor } }
    await client.request({ method: listMethods[name], ...params }, options).catch((error: unknown) => {
      if (!isRejection(error)) throw error
      if (heard.pages.length === 0) throw new Error(`the result of ${listMethods[name]} has no ${name}`)
      refusal ??= error.message
    })
    heard.stop()
    const page = heard.pages.at(-1)
    if (page) pages.push(page)
    const next = page?.nextCursor
    cursor = typeof next === 'string' && next !== cursor ? next : undefined
  } while (cursor !== undefined && pages.length < mostPages)
  return { wire: entriesOf(pages, name), refusal }
}

type Page = Record<string, unknown>

/** The answers that hold a list, as they reach the client: what it makes of them is too late to be read leniently. */
function listenFor(client: Client, name: ListName): { pages: Page[]; stop(): void } {
  const pages: Page[] = []
  let listening = true
  const { transport } = client
  const before = transport?.onmessage
  if (transport && before) {
    // Left in place when it stops: whoever listens since then would be cut off with it.
    transport.onmessage = (message, extra) => {
      const result: unknown = 'result' in message ? message.result : undefined
      if (listening && isRecord(result) && Object.hasOwn(result, name)) pages.push(result)
      before(message, extra)
    }
  }
  return {
    pages,
    stop: () => {
      listening = false
    },
  }
}

const entriesOf = (pages: readonly Page[], name: ListName): unknown[] =>
  pages.flatMap((page) => {
    const { [name]: list } = page
    return Array.isArray(list) ? list : []
  })

const isNamed = {
  tools: (item: unknown) => isRecord(item) && typeof item.name === 'string',
  prompts: (item: unknown) => isRecord(item) && typeof item.name === 'string',
  resources: (item: unknown) => isRecord(item) && typeof item.uri === 'string',
  resourceTemplates: (item: unknown) => isRecord(item) && typeof item.uriTemplate === 'string',
}

/** The answer came, and is none to the client: its schema does not match, or its own reading of it ran out of stack. */
function isRejection(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  return error.name === 'RangeError' || ('code' in error && error.code === 'INVALID_RESULT')
}
