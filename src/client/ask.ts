import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { isRecord } from '../protocol/jsonrpc.ts'
import { setOwn } from '../protocol/own.ts'
import { messageOf } from '../terminal/errors.ts'
import { continued, oneLine } from '../terminal/printable.ts'
import { asSchema, type JsonSchema, propertiesOf, readValue, typeName } from './json-schema.ts'

/** What a server asks the person at the terminal (elicitation). */
export interface Question {
  message: string
  requestedSchema?: unknown
  /** In URL mode, where the person is to go. */
  url?: string
}

export interface Reply {
  action: 'accept' | 'decline' | 'cancel'
  content?: Record<string, string | number | boolean | string[]>
}

export interface Terminal {
  input: Readable
  screen: Writable
  /** The person pressed Ctrl-C. */
  onInterrupt: () => void
}

/** Puts a server's question to the person: one line for each field; an empty answer to a required one declines. */
export async function ask(question: Question, terminal: Terminal): Promise<Reply> {
  const lines = createInterface({ input: terminal.input, output: terminal.screen, terminal: true })
  const gone = new AbortController()
  lines.once('close', () => gone.abort())
  lines.once('SIGINT', () => {
    terminal.onInterrupt()
    gone.abort()
  })
  const read = (prompt: string) => lines.question(prompt, { signal: gone.signal })
  try {
    terminal.screen.write(`${continued(question.message)}\n`)
    if (question.url !== undefined) return await visit(question.url, read, terminal.screen)
    return await fill(asSchema(question.requestedSchema), read, terminal.screen)
  } catch {
    return { action: 'cancel' }
  } finally {
    lines.close()
  }
}

type Read = (prompt: string) => Promise<string>

async function visit(url: string, read: Read, screen: Writable): Promise<Reply> {
  screen.write(`  ${oneLine(url)}\n`)
  return { action: /^n/i.test(await read('  open it there; done? [Y/n] ')) ? 'decline' : 'accept' }
}

async function fill(schema: JsonSchema, read: Read, screen: Writable): Promise<Reply> {
  const content: NonNullable<Reply['content']> = {}
  const fields = propertiesOf(schema)
  if (fields.length === 0)
    return { action: /^n/i.test(await read('  accept? [Y/n] ')) ? 'decline' : 'accept', content }
  for (const field of fields) {
    const value = await fieldValue(field, { root: schema, read, screen })
    if (value === undefined && field.required) return { action: 'decline' }
    if (value !== undefined) setOwn(content, field.name, value as string)
  }
  return { action: 'accept', content }
}

async function fieldValue(
  { name, schema, required }: ReturnType<typeof propertiesOf>[number],
  { root, read, screen }: { root: JsonSchema; read: Read; screen: Writable },
): Promise<unknown> {
  const fallback = schema.default
  const choices = choicesOf(schema)
  const label = oneLine(String(schema.title ?? schema.description ?? name))
  const hint = fallback !== undefined ? ` [${oneLine(String(fallback))}]` : required ? '' : ' (optional)'
  const shape = choices.size > 0 ? [...choices.keys()].join(' | ') : typeName(schema, root)
  for (;;) {
    const text = (await read(`  ${label} (${oneLine(shape)})${hint}: `)).trim()
    if (text === '') return fallback
    if (choices.has(text)) return choices.get(text)
    try {
      return readValue(text, schema, root)
    } catch (error) {
      screen.write(`  ${continued(messageOf(error))}\n`)
    }
  }
}

/** Values by the words they are shown with: enumerations may have titles. */
function choicesOf(schema: JsonSchema): Map<string, unknown> {
  const titled = Array.isArray(schema.oneOf) ? schema.oneOf.filter(isRecord) : []
  const names = Array.isArray(schema.enumNames) ? schema.enumNames : []
  const values = Array.isArray(schema.enum) ? schema.enum : []
  return new Map([
    ...titled.map((one): [string, unknown] => [String(one.title ?? one.const), one.const]),
    ...values.map((value, index): [string, unknown] => [String(names[index] ?? value), value]),
  ])
}
