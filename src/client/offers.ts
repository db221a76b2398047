import type { Client, Prompt, Resource, ResourceTemplateType, Tool } from '@modelcontextprotocol/client'
import { jsonText } from '../protocol/json-text.ts'
import { errorCodes, isRecord } from '../protocol/jsonrpc.ts'
import { CliError, codeOf, type ExitCode, exitCodes, messageOf } from '../terminal/errors.ts'
import { say } from '../terminal/output.ts'
import { oneLine, shortened } from '../terminal/printable.ts'
import { nextCommand, quotedCommand, shellWord } from '../terminal/shell-command.ts'
import { asSchema, signature } from './json-schema.ts'
import { type ListName, listMethods, readList } from './read-list.ts'

/** All that a server offers, as it was on the wire. */
export interface Offers {
  tools: Tool[]
  prompts: Prompt[]
  resources: Resource[]
  resourceTemplates: ResourceTemplateType[]
}

/** What a server offers, and how it was on the wire where the official client says less. */
export interface Survey {
  readonly offers: Offers
  /** Every entry of each list, whatever it is. */
  readonly lists: Readonly<Record<ListName, readonly unknown[]>>
  /** Why the official client gives nothing of a list. */
  readonly refusals: Readonly<Partial<Record<ListName, string>>>
  /** The errors that came back instead of a list. */
  readonly failures: ReadonlyMap<ListName, unknown>
}

/**
 * Lists everything, all pages; what a server does not know counts as empty.
 * @throws what kept a list from being answered, or the error that came back instead of each of them.
 */
export async function surveyOffers(client: Client, timeout: number): Promise<Survey> {
  const options = { timeout }
  const has = client.getServerCapabilities() ?? {}
  const failures = new Map<ListName, unknown>()
  // The official client prints a line for each list it is asked for in vain.
  const asked = <Name extends ListName>(name: Name, offered: unknown) =>
    offered ? answered(readList(client, name, options), (error) => failures.set(name, error)) : undefined
  const [tools, prompts, resources, resourceTemplates] = await Promise.all([
    asked('tools', has.tools),
    asked('prompts', has.prompts),
    asked('resources', has.resources),
    asked('resourceTemplates', has.resources),
  ])
  const read = { tools, prompts, resources, resourceTemplates }
  const [failure] = failures.values()
  if (failure !== undefined && Object.values(read).every((list) => list === undefined)) throw failure
  const refused = Object.entries(read).filter(([, list]) => list?.refusal !== undefined)
  return {
    offers: {
      tools: tools?.items ?? [],
      prompts: prompts?.items ?? [],
      resources: resources?.items ?? [],
      resourceTemplates: resourceTemplates?.items ?? [],
    },
    lists: {
      tools: tools?.wire ?? [],
      prompts: prompts?.wire ?? [],
      resources: resources?.wire ?? [],
      resourceTemplates: resourceTemplates?.wire ?? [],
    },
    refusals: Object.fromEntries(refused.map(([name, list]) => [name, list?.refusal])),
    failures,
  }
}

/** Says which lists a server has answered with an error, a line each. @returns the exit code that this comes to. */
export function sayFailures({ failures }: Survey): ExitCode {
  for (const [name, error] of failures) say(unanswered(listMethods[name], error, 0).message)
  return failures.size > 0 ? exitCodes.answered : exitCodes.ok
}

/** How a server was named at the command line, as a shell takes it. */
export const typedServer = (spec: string, exec: string | undefined): string =>
  exec === undefined ? shellWord(spec || '.') : `--exec ${quotedCommand(exec)}`

/**
 * What to say beside lists that official clients do not take: what is shown of them is more than those see.
 * @param server how it was named at the command line.
 */
export function refusedWords({ refusals }: Survey, server: string): string | undefined {
  const names = Object.keys(refusals) as ListName[]
  if (names.length === 0) return undefined
  const methods = names.map((name) => listMethods[name]).join(' and ')
  return `clients built on the official SDKs reject ${methods}; ${nextCommand(`inspect ${server} --check`)} says why`
}

/** How a server introduces itself. */
export function introduction(client: Client) {
  return {
    serverInfo: client.getServerVersion() ?? null,
    protocolVersion: client.getNegotiatedProtocolVersion() ?? null,
    instructions: client.getInstructions() ?? null,
    capabilities: client.getServerCapabilities() ?? {},
  }
}

/** `4 tools, 1 prompt`. */
export const offersCount = ({ tools, prompts, resources, resourceTemplates }: Offers): string =>
  counted([
    [tools.length, 'tool'],
    [prompts.length, 'prompt'],
    [resources.length, 'resource'],
    [resourceTemplates.length, 'template'],
  ])

/** What a server offers, as tables for people: one line each, with the arguments as they are typed. */
export function offersText(offers: Offers, options: { schema: boolean }): string {
  const sections: [string, Row[]][] = [
    ['Tools', offers.tools.flatMap((tool) => toolRows(tool, options.schema))],
    [
      'Prompts',
      offers.prompts.map((prompt) => [
        `${prompt.name} ${promptWords(prompt)}`.trim(),
        firstLine(prompt.description),
      ]),
    ],
    ['Resources', offers.resources.map((one) => [one.uri, firstLine(one.description ?? one.name)])],
    [
      'Templates',
      offers.resourceTemplates.map((one) => [one.uriTemplate, firstLine(one.description ?? one.name)]),
    ],
  ]
  const shown = sections.filter(([, rows]) => rows.length > 0)
  return shown.map(([title, rows]) => [title, ...table(rows)].join('\n')).join('\n\n')
}

/** The first sentence or line of a description, for a table. */
export function firstLine(text: unknown, width = 100): string {
  const line = oneLine((typeof text === 'string' ? text : '').trim().split(/\r?\n/)[0] ?? '')
  return shortened(line, width, width - 1)
}

/** `1 tool, 2 prompts`; what there is none of is left out. */
export function counted(counts: readonly (readonly [count: number, word: string])[]): string {
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`)
  return parts.length > 0 ? parts.join(', ') : 'nothing'
}

/** An error that came back instead of a result, or that no result came. Exit 5, or 1 when time ran out. */
export function unanswered(what: string, error: unknown, seconds: number): CliError {
  if (error instanceof CliError) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'REQUEST_TIMEOUT') {
    const message = `${what} did not respond within ${seconds} s. Allow more with --timeout.`
    return new CliError(exitCodes.failed, message, [], { cause: error })
  }
  if (code === 'CONNECTION_CLOSED' || code === 'SEND_FAILED') {
    return new CliError(exitCodes.listen, `${what}: the connection was lost`, [], { cause: error })
  }
  const rpcCode = rpcCodeOf(error)
  // Servers of SDK v1 send the code as a part of the message, too.
  const text = messageOf(error).replace(/^MCP error -?\d+: /, '')
  const message = `${what}: ${text}${rpcCode === undefined ? '' : ` (${rpcCode})`}`
  return new CliError(exitCodes.answered, message, [], { cause: error })
}

/**
 * An answer, or `undefined` where the server has none: many announce resources and have no method for templates.
 * @param onFailure is given any other error that the server has answered.
 */
async function answered<T>(answer: Promise<T>, onFailure: (error: unknown) => void): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    const code = rpcCodeOf(error)
    if (code === undefined) throw error
    if (code !== errorCodes.methodNotFound) onFailure(error)
    return undefined
  }
}

function rpcCodeOf(error: unknown): number | undefined {
  if (codeOf(error) !== undefined) return undefined
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'number' ? code : undefined
}

type Row = readonly [left: string, right: string]

function toolRows(tool: Offers['tools'][number], schema: boolean): Row[] {
  const words = signature(asSchema(tool.inputSchema))
  const row: Row = [`${tool.name} ${words}`.trim(), firstLine(tool.description ?? tool.title)]
  if (!schema) return [row]
  const schemas: [string, unknown][] = [
    ['input', tool.inputSchema],
    ['output', tool.outputSchema],
  ]
  const given = schemas.filter(([, value]) => value !== undefined)
  return [row, ...given.map(([word, value]): Row => [`  ${word} ${jsonText(value)}`, ''])]
}

const promptWords = (prompt: Prompt): string =>
  promptArguments(prompt)
    .map(({ name, required }) => (required ? `${name}=…` : `[${name}=…]`))
    .join(' ')

/** The arguments of a prompt that can be given; in a list that was read leniently they may be anything. */
export function promptArguments({ arguments: args }: Prompt): NonNullable<Prompt['arguments']> {
  const list: unknown = args
  return Array.isArray(list) ? list.filter((arg) => isRecord(arg) && typeof arg.name === 'string') : []
}

/** Two columns; a left side too long for one gets a line of its own. */
function table(rows: readonly Row[]): string[] {
  const cells = rows.map(([left, right]): Row => [oneLine(left), right])
  const fitting = cells.map(([shown]) => shown.length).filter((length) => length <= 44)
  const width = Math.max(0, ...fitting) + 3
  return cells.map(([shown, right]) => {
    if (right === '') return `  ${shown}`
    return shown.length > 44
      ? `  ${shown}\n  ${' '.repeat(width)}${right}`
      : `  ${shown.padEnd(width)}${right}`
  })
}
