/** Node's URL class, captured before user code runs, which could replace the global one. */
export const WebUrl: typeof URL = globalThis.URL
