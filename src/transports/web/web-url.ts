/** The class of URLs as Node has it, taken before user code runs and can replace the global one. */
export const WebUrl: typeof URL = globalThis.URL
