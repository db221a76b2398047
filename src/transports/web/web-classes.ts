/**
 * The web-standard classes as Node has them, taken before user code runs: libraries replace the global ones while
 * they serve, and an object made by one class is then no instance of the other.
 */
export const WebRequest: typeof Request = globalThis.Request
export const WebResponse: typeof Response = globalThis.Response
export const WebHeaders: typeof Headers = globalThis.Headers
export const WebUrl: typeof URL = globalThis.URL

/** What every implementation of a fetch `Response` has. */
export type AnyResponse = Pick<Response, 'status' | 'headers' | 'body' | 'arrayBuffer'>

/** Whether a value is a `Response`, whichever implementation it is of: it is told by its shape, never by its class. */
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
