import type { Readable, Writable } from 'node:stream'
import { isRecord } from '../protocol/jsonrpc.ts'
import { setOwn } from '../protocol/own.ts'
import { messageOf } from '../terminal/errors.ts'
import { continued, oneLine } from '../terminal/printable.ts'
import { type Choice, openQuestions, type Questions, Unanswered } from '../terminal/questions.ts'
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
  /** Takes the question away when nobody waits for its answer any more. */
  signal: AbortSignal
  /** The person pressed Ctrl-C. */
  onInterrupt: () => void
}

/**
 * Puts a server's question to the person, field by field. An empty answer to a required one declines; Escape cancels the
 * question, and Ctrl-C all that it is a part of.
 */
export async function ask(question: Question, terminal: Terminal): Promise<Reply> {
  const { input, screen, signal, onInterrupt } = terminal
  try {
    const questions = await openQuestions({ input, signal })
    screen.write(`${continued(question.message)}\n`)
    if (question.url !== undefined) return await visit(question.url, questions, screen)
    return await fill(asSchema(question.requestedSchema), questions)
  } catch (error) {
    if (error instanceof Unanswered && error.interrupted) onInterrupt()
    return { action: 'cancel' }
  }
}

async function visit(url: string, questions: Questions, screen: Writable): Promise<Reply> {
  screen.write(`  ${oneLine(url)}\n`)
  return { action: (await questions.confirm('Open it there. Done?')) ? 'accept' : 'decline' }
}

async function fill(schema: JsonSchema, questions: Questions): Promise<Reply> {
  const content: NonNullable<Reply['content']> = {}
  const fields = propertiesOf(schema)
  if (fields.length === 0)
    return { action: (await questions.confirm('Accept?')) ? 'accept' : 'decline', content }
  for (const field of fields) {
    const value = await fieldValue(field, schema, questions)
    if (value === undefined && field.required) return { action: 'decline' }
    if (value !== undefined) setOwn(content, field.name, value as string)
  }
  return { action: 'accept', content }
}

async function fieldValue(
  { name, schema, required }: ReturnType<typeof propertiesOf>[number],
  root: JsonSchema,
  questions: Questions,
): Promise<unknown> {
  const label = oneLine(String(schema.title ?? schema.description ?? name))
  const choices = choicesOf(schema)
  if (choices.length > 0) {
    const none: Choice<unknown> = { value: undefined, label: required ? 'decline' : 'leave out' }
    const first = schema.default ?? (required ? choices[0]?.value : undefined)
    return questions.choice(label, [...choices, none], first)
  }
  const { default: fallback } = schema
  const text = await questions.text({
    message: `${label} (${oneLine(typeName(schema, root))})`,
    placeholder: fallback !== undefined ? oneLine(String(fallback)) : required ? undefined : 'optional',
    fault: (text) => faultOf(text.trim(), schema, root),
  })
  return text.trim() === '' ? fallback : readValue(text.trim(), schema, root)
}

/** Why what was typed is none of what is asked for. */
function faultOf(text: string, schema: JsonSchema, root: JsonSchema): string | undefined {
  try {
    if (text !== '') readValue(text, schema, root)
    return undefined
  } catch (error) {
    return oneLine(messageOf(error))
  }
}

/** The answers that a field has, by the words they are shown with: enumerations may have titles. */
function choicesOf(schema: JsonSchema): Choice<unknown>[] {
  if (schema.type === 'boolean')
    return [
      { value: true, label: 'yes' },
      { value: false, label: 'no' },
    ]
  const titled = Array.isArray(schema.oneOf) ? schema.oneOf.filter(isRecord) : []
  const names = Array.isArray(schema.enumNames) ? schema.enumNames : []
  const values: unknown[] = Array.isArray(schema.enum) ? schema.enum : []
  return [
    ...titled.map((one) => ({ value: one.const, label: oneLine(String(one.title ?? one.const)) })),
    ...values.map((value, index) => ({ value, label: oneLine(String(names[index] ?? value)) })),
  ]
}
