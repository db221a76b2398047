import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AjvJsonSchemaValidator as ValidatorV2 } from '@modelcontextprotocol/client/validators/ajv'
import { AjvJsonSchemaValidator as ValidatorV1 } from '@modelcontextprotocol/sdk/validation/ajv'
import { lintSchema } from '../../../../src/client/lint/schema/lint-schema.ts'
import { nested, schemaFaults } from '../../../support/faults.ts'

/** What the validators of both SDKs say to an output schema, which fails the whole list in SDK v1. */
function refusalsOf(schema: unknown): string[] {
  return [ValidatorV1, ValidatorV2].flatMap((Validator) => {
    try {
      new Validator().getValidator(structuredClone(schema) as never)
      return []
    } catch (error) {
      return [(error as Error).message]
    }
  })
}

const schemas = schemaFaults.flatMap(({ check, entry }) => {
  const { inputSchema, outputSchema } = entry as Record<string, object>
  return check === 'too-deep' ? [] : [[check, outputSchema ?? inputSchema] as const]
})

describe('an output schema that an official validator throws at is an error', () => {
  let thrown = 0
  for (const [name, schema] of [...schemas, ['deep', nested(700)] as const])
    test(name, () => {
      const refusals = refusalsOf(schema)
      if (refusals.length === 0) return
      thrown++
      const where = { subject: 'tool a', path: '' }
      const errors = lintSchema(schema, 'output', where).filter(({ level }) => level === 'error')
      assert.notDeepEqual(errors, [], refusals.join('\n'))
    })

  test('and some are', () => {
    assert.ok(thrown >= 12, String(thrown))
  })
})

describe('what is said of clients built on the official SDKs is so', () => {
  for (const [name, schema] of schemas) {
    const where = { subject: 'tool a', path: '' }
    const said = lintSchema(schema, 'output', where).filter(
      ({ check, clients }) =>
        clients.includes('clients built on the official SDKs') &&
        !['boolean-schema', 'output-not-object', 'required-form'].includes(check),
    )
    if (said.length > 0) test(name, () => assert.notDeepEqual(refusalsOf(schema), []))
  }
})
