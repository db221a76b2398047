import { text as textOf } from 'node:stream/consumers'
import { readText } from '../files/text-file.ts'
import type { callOptions } from '../options/client-options.ts'
import type { ValuesOf } from '../options/command-line.ts'
import { shown } from '../options/option.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { messageOf, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { nextCommand, shellWord } from '../terminal/shell-command.ts'
import { alternatives, asSchema, type JsonSchema, propertiesOf, readValue, signature } from './json-schema.ts'

/** What is called: a tool, a prompt or a resource. */
export interface CallTarget {
  kind: 'tool' | 'prompt' | 'resource'
  /** The name, or a resource's URI. */
  name: string
}

export interface Given {
  typed: readonly Typed[]
  /** The arguments that were given as one object. */
  whole: Record<string, unknown>
}

/** One argument as it was typed: `key=value`, read by the schema, or `key:=json`, taken as it is. */
export interface Typed {
  key: string
  text: string
  json: boolean
}

type Values = Pick<ValuesOf<typeof callOptions>, 'args' | 'exec' | 'input' | 'resource' | 'prompt'>

/**
 * What a command line asks to be called, and with which arguments.
 * @throws CliError (exit 2) when it names nothing, too much, or arguments that are no JSON object.
 */
export async function readCall(
  words: readonly string[],
  values: Values,
): Promise<{ spec: string; target: CallTarget; given: Given }> {
  // A command that starts the server stands where its name would.
  const [spec = '', ...rest] = values.exec === undefined ? words : ['', ...words]
  const { resource, prompt } = values
  if (resource !== undefined && prompt !== undefined)
    throw usageError('use either --resource or --prompt, not both')
  const named = prompt ?? resource
  const [name = '', ...typed] = named === undefined ? rest : [named, ...rest]
  if (name === '') {
    const typedSpec = spec === '' ? '<server>' : shellWord(spec)
    const server = values.exec === undefined ? typedSpec : `--exec ${shellWord(values.exec)}`
    throw usageError(
      `name the tool to call: ${nextCommand('call <server> <tool> [name=value …]')}`,
      `  ${nextCommand(`list ${server}`)}   shows what there is`,
    )
  }
  const kind =
    prompt !== undefined ? 'prompt' : resource !== undefined || name.includes('://') ? 'resource' : 'tool'
  if (kind === 'resource' && typed.length > 0)
    throw usageError('a resource takes no arguments other than its URI')
  return {
    spec,
    target: { kind, name },
    given: { typed: typed.map(parseTyped), whole: await wholeOf(values) },
  }
}

/**
 * The arguments of one call: the object that was given whole, and over it what was typed word by word.
 * @throws CliError (exit 2) naming the argument that is refused, unknown or missing.
 */
export function readArguments(
  typed: readonly Typed[],
  whole: Record<string, unknown>,
  schema: JsonSchema,
): Record<string, unknown> {
  const properties = new Map(propertiesOf(schema).map((one) => [one.name, one]))
  const values = new Map(Object.entries(whole))
  for (const [key, group] of byKey(typed)) {
    const property = properties.get(key)
    if (!property && !group.some((one) => one.json)) refuseUnknown(key, properties.keys(), schema)
    values.set(key, readGroup(key, group, property?.schema ?? {}, schema))
  }
  const missing = [...properties.values()].filter((one) => one.required && !values.has(one.name))
  if (missing.length > 0) {
    const names = missing.map((one) => `${one.name}=…`).join(' ')
    throw usageError(`missing: ${names}`, `  it takes ${signature(schema) || 'no arguments'}`)
  }
  return Object.fromEntries(values)
}

async function wholeOf({ args, input }: Values): Promise<Record<string, unknown>> {
  if (args !== undefined && input !== undefined) throw usageError('use either --args or --input, not both')
  if (args !== undefined) return parseObject(args, '--args')
  if (input === undefined) return {}
  if (input === '-') return parseObject(await textOf(process.stdin), '--input -')
  let text: string
  try {
    text = readText(input)
  } catch (error) {
    throw usageError(`--input ${shown(input)} cannot be read: ${messageOf(error)}`)
  }
  return parseObject(text, `--input ${shown(input)}`)
}

function parseObject(text: string, origin: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw usageError(`${origin} is not valid JSON: ${messageOf(error)}`)
  }
  if (!isRecord(value)) throw usageError(`${origin} must be a JSON object of arguments`)
  return value
}

/**
 * Takes a word such as `city=Oslo` or `days:=3` apart.
 * @throws CliError (exit 2) when it is neither.
 */
function parseTyped(word: string): Typed {
  const equals = word.indexOf('=')
  if (equals <= 0 || word.slice(0, equals) === ':') {
    throw usageError(`"${shown(word)}" is not an argument: write name=value, or name:=json`)
  }
  const json = word[equals - 1] === ':'
  return { key: word.slice(0, json ? equals - 1 : equals), text: word.slice(equals + 1), json }
}

function byKey(typed: readonly Typed[]): Map<string, Typed[]> {
  const groups = new Map<string, Typed[]>()
  for (const one of typed) groups.set(one.key, [...(groups.get(one.key) ?? []), one])
  return groups
}

/** A name that is typed more than once gives a list where the schema has one; otherwise the last counts. */
function readGroup(key: string, group: readonly Typed[], schema: JsonSchema, root: JsonSchema): unknown {
  const list = alternatives(schema, root).find((one) => one.type === 'array')
  const values = group.map(({ text, json }) => {
    try {
      if (json) return JSON.parse(text)
      return readValue(text, group.length > 1 && list ? asSchema(list.items) : schema, root)
    } catch (error) {
      if (json) throw usageError(`${key}:= must be followed by JSON, not "${shown(text)}"`)
      throw usageError(`${key}: ${messageOf(error)}`)
    }
  })
  return group.length > 1 && list ? values : values.at(-1)
}

/** A misspelt name would be dropped by most servers without a word. */
function refuseUnknown(key: string, known: Iterable<string>, schema: JsonSchema): void {
  const names = [...known]
  if (names.length === 0 ? acceptsAnything(schema) : allowsMore(schema)) return
  const near = nearest(key, names)
  const ending = near ? `. Did you mean ${near}?` : ''
  throw usageError(
    `unknown argument "${shown(key)}"${ending}`,
    `  it takes ${signature(schema) || 'no arguments'}`,
  )
}

const allowsMore = ({ additionalProperties: more }: JsonSchema) => more === true || isRecord(more)
const acceptsAnything = (schema: JsonSchema) => allowsMore(schema) || schema.properties === undefined
