/**
 * Node's web-standard classes, captured before user code runs: libraries replace the globals while they serve, and an
 * instance of one class is not an instance of the other.
 */
export const WebRequest: typeof Request = globalThis.Request
export const WebResponse: typeof Response = globalThis.Response
export const WebHeaders: typeof Headers = globalThis.Headers
