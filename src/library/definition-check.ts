import { schemaFault } from './schema-check.ts'

/**
 * Checks of definitions when they are registered, where the stack still points at the line to change, and not
 * when the first client lists them.
 */
interface Named {
  name: string
  input?: unknown
  output?: unknown
  timeout?: number
}

/** 2025-11-25, server/tools: what clients and models can be relied on to carry. */
const goodName = /^[A-Za-z0-9_./-]{1,64}$/

/** @throws TypeError naming the tool and what is wrong with it. */
export function checkedTool<T extends Named>(definition: T): T {
  const { name, input, output, timeout } = definition
  checkName('tool', name)
  checkSchema(`tool "${name}": input`, input, 'input')
  checkSchema(`tool "${name}": output`, output, 'output')
  if (timeout !== undefined && !(timeout > 0))
    throw new TypeError(`tool "${name}": timeout must be milliseconds above 0`)
  return definition
}

/** @throws TypeError naming the prompt and what is wrong with it. */
export function checkedPrompt<T extends Named>(definition: T): T {
  checkName('prompt', definition.name)
  checkSchema(`prompt "${definition.name}": input`, definition.input, 'input')
  return definition
}

function checkName(kind: string, name: unknown): void {
  if (typeof name === 'string' && goodName.test(name)) return
  throw new TypeError(`${kind} name ${JSON.stringify(name)}: use 1 to 64 letters, digits, _ - . or /`)
}

function checkSchema(what: string, schema: unknown, direction: 'input' | 'output'): void {
  if (schema === undefined) return
  const standard = isObject(schema) ? schema['~standard'] : undefined
  if (isObject(standard) && isObject(standard.jsonSchema)) {
    const fault = schemaFault(schema as Parameters<typeof schemaFault>[0], direction)
    if (fault === undefined) return
    throw new TypeError(`${what} ${fault}`)
  }
  if (isObject(standard) && isObject(Reflect.get(Object(schema), '_zod'))) return
  throw new TypeError(`${what} ${remedyFor(schema, standard)}`)
}

function remedyFor(schema: unknown, standard: unknown): string {
  if (!isObject(standard)) {
    const shape =
      isObject(schema) && Object.values(schema).some((field) => isObject(field) && '~standard' in field)
    return shape
      ? 'is a bare shape: wrap it, as in z.object({ … })'
      : 'is no Standard Schema, such as z.object({ … })'
  }
  if (standard.vendor === 'zod') return 'is of zod 3, which cannot tell its JSON Schema: use zod 4.2 or newer'
  if (standard.vendor === 'valibot')
    return 'needs toStandardJsonSchema(schema) of @valibot/to-json-schema around it'
  return `is of ${String(standard.vendor)}, which cannot tell its JSON Schema: use a newer version, or zod 4`
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
