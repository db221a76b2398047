/**
 * The web-standard classes as Node has them, taken before user code runs: libraries replace the global ones while
 * they serve, and an object made by one class is then no instance of the other.
 */
export const WebRequest: typeof Request = globalThis.Request
export const WebResponse: typeof Response = globalThis.Response
export const WebHeaders: typeof Headers = globalThis.Headers
