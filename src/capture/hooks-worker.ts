import { instrumented } from './hooks.ts'

// Node 20 runs hooks on ES modules in a thread of its own, which loads this.
let entry: string | undefined

/** Called with what `Module.register` was given. */
export function initialize(data: { entry: string | undefined }): void {
  entry = data.entry
}

/** Node's `load` hook. CommonJS comes without its source here, and is seen to where it is compiled. */
export async function load(
  url: string,
  context: unknown,
  next: (url: string, context: unknown) => Promise<Parameters<typeof instrumented>[1]>,
): Promise<Parameters<typeof instrumented>[1]> {
  return instrumented(url, await next(url, context), entry)
}
