import { text as textOf } from 'node:stream/consumers'
import { readText } from '../files/text-file.ts'
import type { callOptions } from '../options/client-options.ts'
import type { ValuesOf } from '../options/command-line.ts'
import { shown } from '../options/option.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { messageOf, usageError } from '../terminal/errors.ts'
import { nextCommand, shellWord } from '../terminal/shell-command.ts'
import { parseTyped } from './arguments.ts'
import type { Given, Subject } from './subject.ts'

type Values = Pick<ValuesOf<typeof callOptions>, 'args' | 'exec' | 'input' | 'resource' | 'prompt'>

/**
 * What a command line asks to be called, and with which arguments.
 * @throws CliError (exit 2) when it names nothing, too much, or arguments that are no JSON object.
 */
export async function readCall(
  words: readonly string[],
  values: Values,
): Promise<{ spec: string; subject: Subject; given: Given }> {
  // A command that starts the server stands where its name would.
  const [spec = '', ...rest] = values.exec === undefined ? words : ['', ...words]
  const { resource, prompt } = values
  if (resource !== undefined && prompt !== undefined)
    throw usageError('either --resource or --prompt, not both')
  const named = prompt ?? resource
  const [name = '', ...typed] = named === undefined ? rest : [named, ...rest]
  if (name === '') {
    const server = values.exec === undefined ? shellWord(spec) : `--exec ${shellWord(values.exec)}`
    throw usageError(
      `name the tool to call: ${nextCommand('call <server> <tool> [name=value …]')}`,
      `  ${nextCommand(`list ${server}`)}   says which there are`,
    )
  }
  const kind =
    prompt !== undefined ? 'prompt' : resource !== undefined || name.includes('://') ? 'resource' : 'tool'
  if (kind === 'resource' && typed.length > 0)
    throw usageError('a resource takes no arguments beside its URI')
  return {
    spec,
    subject: { kind, name },
    given: { typed: typed.map(parseTyped), whole: await wholeOf(values) },
  }
}

async function wholeOf({ args, input }: Values): Promise<Record<string, unknown>> {
  if (args !== undefined && input !== undefined) throw usageError('either --args or --input, not both')
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
    throw usageError(`${origin} is no JSON: ${messageOf(error)}`)
  }
  if (!isRecord(value)) throw usageError(`${origin} must be a JSON object of arguments`)
  return value
}
