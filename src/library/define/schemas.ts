import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { StandardSchemaV1, StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { type Direction, schemaFault } from '../../protocol/schema-check.ts'

/** Any Standard Schema, such as those of zod, valibot and arktype. */
export type Schema = StandardSchemaV1

/** The validated value a schema yields; an empty object where there is no schema. */
export type Output<S extends Schema | undefined> = S extends Schema
  ? StandardSchemaV1.InferOutput<S>
  : Record<string, never>

/**
 * The same schema, able to tell its JSON Schema, which is what clients are shown.
 * @param what how the schema is called in messages.
 * @param direction whether clients send what it describes, or are sent it.
 * @throws TypeError for what is no schema, or has no JSON Schema that clients could use, with the remedy.
 */
export function describable(what: string, schema: unknown, direction: Direction): StandardSchemaWithJSON {
  const found = ableToTell(what, schema)
  const fault = schemaFault(found, direction)
  if (fault !== undefined) throw new TypeError(`${what} ${fault}`)
  return found
}

function ableToTell(what: string, schema: unknown): StandardSchemaWithJSON {
  const standard = isObject(schema) ? schema['~standard'] : undefined
  if (isObject(standard) && (isObject(standard.jsonSchema) || isObject(Reflect.get(Object(schema), '_zod'))))
    return schema as unknown as StandardSchemaWithJSON
  if (isObject(standard) && standard.vendor === 'valibot') return ofValibot(what, schema)
  throw new TypeError(`${what} ${remedyFor(schema, standard)}`)
}

/** Valibot keeps the JSON Schema in a package of its own, which is installed beside the user's code if anywhere. */
function ofValibot(what: string, schema: unknown): StandardSchemaWithJSON {
  for (const base of [join(process.cwd(), 'package.json'), process.argv[1], import.meta.url]) {
    try {
      const { toStandardJsonSchema } = createRequire(base ?? import.meta.url)('@valibot/to-json-schema')
      return toStandardJsonSchema(schema)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error
    }
  }
  throw new TypeError(`${what} is a valibot schema, which needs: npm i @valibot/to-json-schema`)
}

function remedyFor(schema: unknown, standard: unknown): string {
  if (!isObject(standard)) {
    const shape =
      isObject(schema) && Object.values(schema).some((field) => isObject(field) && '~standard' in field)
    return shape
      ? 'is a bare shape: wrap it, as in z.object({ … })'
      : 'is not a Standard Schema, such as z.object({ … })'
  }
  if (standard.vendor === 'zod') return 'is a zod 3 schema, which has no JSON Schema: use zod 4'
  return `is of ${String(standard.vendor)}, which cannot tell its JSON Schema: use a newer version, or zod 4`
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
