/** The common part of all implementations of a fetch `Response`. */
export type AnyResponse = Pick<Response, 'status' | 'headers' | 'body' | 'arrayBuffer'>

/** Whether a value is a `Response` of any implementation, recognised by its shape. */
export const isResponse = (value: unknown): value is AnyResponse =>
  typeof value === 'object' &&
  value !== null &&
  'status' in value &&
  typeof value.status === 'number' &&
  'headers' in value &&
  typeof value.headers === 'object' &&
  value.headers !== null &&
  Symbol.iterator in value.headers &&
  'arrayBuffer' in value &&
  typeof value.arrayBuffer === 'function'
