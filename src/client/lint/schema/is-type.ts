import { isRecord } from '../../../protocol/jsonrpc.ts'

/** Whether a value is of a type of JSON Schema; of a type that there is not, everything is. */
export function isType(value: unknown, type: string): boolean {
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type
    case 'integer':
      return Number.isInteger(value)
    case 'object':
      return isRecord(value)
    case 'array':
      return Array.isArray(value)
    case 'null':
      return value === null
    default:
      return true
  }
}
