import type {
  CallToolResult,
  Client,
  ContentBlock,
  GetPromptResult,
  ReadResourceResult,
  RequestOptions,
} from '@modelcontextprotocol/client'
import { shown } from '../options/option.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { CliError, exitCodes, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { type CallTarget, type Given, readArguments } from './call-arguments.ts'
import { asSchema, type JsonSchema } from './json-schema.ts'
import { promptArguments } from './offers.ts'
import { readList } from './read-list.ts'

/** What came back: the result as the server gave it, and as text for people. */
export interface Answer {
  wire: object
  text: string
  /** The tool ran, and says that it failed. */
  failed: boolean
}

/**
 * Calls the target with the arguments that its schema makes of what was typed.
 * @throws CliError (exit 2) when there is no such target or an argument is refused.
 */
export function callTarget(
  client: Client,
  target: CallTarget,
  given: Given,
  options: RequestOptions,
): Promise<Answer> {
  if (target.kind === 'tool') return callTool(client, target.name, given, options)
  if (target.kind === 'prompt') return getPrompt(client, target.name, given, options)
  return readResource(client, target.name, options)
}

async function callTool(
  client: Client,
  name: string,
  given: Given,
  options: RequestOptions,
): Promise<Answer> {
  const list = client.getServerCapabilities()?.tools && (await readList(client, 'tools', options))
  const tools = list?.items ?? []
  const tool = tools.find((one) => one.name === name)
  if (!tool) throw unknown('tool', name, tools)
  const args = readArguments(given.typed, given.whole, asSchema(tool.inputSchema))
  // A modern request gets the log messages that it asks for; in the legacy era the level means nothing.
  const _meta = { 'io.modelcontextprotocol/logLevel': 'info' }
  // The official client knows the tools of a list that it took; of another it is told the one that is called.
  const known = list?.refusal !== undefined && isRecord(tool.inputSchema) ? { toolDefinition: tool } : {}
  const result = await client.callTool({ name, arguments: args, _meta }, { ...options, ...known })
  return { wire: withoutEnvelope(result), text: toolText(result), failed: result.isError === true }
}

async function getPrompt(
  client: Client,
  name: string,
  given: Given,
  options: RequestOptions,
): Promise<Answer> {
  const list = client.getServerCapabilities()?.prompts && (await readList(client, 'prompts', options))
  const prompts = list?.items ?? []
  const prompt = prompts.find((one) => one.name === name)
  if (!prompt) throw unknown('prompt', name, prompts)
  const args = readArguments(given.typed, given.whole, promptSchema(promptArguments(prompt)))
  const texts = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, String(value)]))
  const result = await client.getPrompt({ name, arguments: texts }, options)
  return { wire: withoutEnvelope(result), text: promptText(result), failed: false }
}

async function readResource(client: Client, uri: string, options: RequestOptions): Promise<Answer> {
  const result = await client.readResource({ uri }, options)
  return { wire: withoutEnvelope(result), text: resourceText(result), failed: false }
}

/** A modern answer repeats who the server is, which is no part of what was asked for; both eras then look the same. */
function withoutEnvelope({ _meta, ...result }: { _meta?: object | undefined }): object {
  const own = Object.entries(_meta ?? {}).filter(([key]) => key !== 'io.modelcontextprotocol/serverInfo')
  return own.length > 0 ? { ...result, _meta: Object.fromEntries(own) } : result
}

/** Arguments of a prompt are texts. */
const promptSchema = (args: readonly { name: string; required?: boolean | undefined }[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(args.map(({ name }) => [name, { type: 'string' }])),
  required: args.filter((one) => one.required).map((one) => one.name),
})

function unknown(kind: string, name: string, all: readonly { name: string }[]): CliError {
  const names = all.map((one) => one.name)
  const near = nearest(name, names)
  const message = `unknown ${kind} "${shown(name)}"${near ? `. Did you mean ${near}?` : ''}`
  if (names.length === 0) return usageError(`${message}: the server has no ${kind}s`)
  return new CliError(exitCodes.usage, message, [
    `  it has ${names.slice(0, 12).map(shown).join(', ')}${names.length > 12 ? ' …' : ''}`,
  ])
}

/** A tool's result as text for people: its structured content as such, everything else block by block. */
function toolText(result: CallToolResult): string {
  const { structuredContent, content = [] } = result
  if (structuredContent === undefined) return blocksText(content)
  // Servers repeat the structured content as text, for clients that do not know it.
  const others = content.filter((block) => block.type !== 'text' || !sameJson(block.text, structuredContent))
  const structured = JSON.stringify(structuredContent, null, 2)
  return others.length > 0 ? `${blocksText(others)}\n${structured}` : structured
}

const promptText = ({ messages }: GetPromptResult): string =>
  messages.map(({ role, content }) => `${role}: ${blockText(content)}`).join('\n')

const resourceText = ({ contents }: ReadResourceResult): string => contents.map(contentsText).join('\n')

const blocksText = (blocks: readonly ContentBlock[]) => blocks.map(blockText).join('\n')

function blockText(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text
    case 'image':
    case 'audio':
      return `[${block.type} ${block.mimeType}, ${sizeOf(block.data)}; --json prints it]`
    case 'resource_link':
      return `[link ${block.uri}${block.name ? ` ${block.name}` : ''}]`
    case 'resource':
      return contentsText(block.resource)
  }
}

function contentsText(contents: ReadResourceResult['contents'][number]): string {
  if ('text' in contents) return contents.text
  return `[${contents.mimeType ?? 'bytes'} ${contents.uri}, ${sizeOf(contents.blob)}; --json prints it]`
}

function sizeOf(base64: string): string {
  const bytes = Math.floor((base64.length * 3) / 4)
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`
}

function sameJson(text: string, value: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(value)
  } catch {
    return false
  }
}
