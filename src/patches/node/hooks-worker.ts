// Patches: the sources of ES modules, in the thread that Node runs hooks in.
// Why: before 22.15 Node has no hooks that run where the modules do.
// On: Node 20.19–22.14.
// Otherwise: an ES module that starts itself is not found: `no MCP server in …`, `caught nothing`.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { instrumented } from './hooks.ts'

// Node 20 runs hooks on ES modules in a thread of its own, which loads this.
let entries: MessagePort | undefined
let entry: string | undefined

/** Called with what `Module.register` was given. */
export function initialize(data: { entries: MessagePort }): void {
  entries = data.entries
}

const next = () => entries && receiveMessageOnPort(entries)

/** Node's `load` hook. CommonJS comes without its source here, and is seen to where it is compiled. */
export async function load(
  url: string,
  context: unknown,
  nextLoad: (url: string, context: unknown) => Promise<Parameters<typeof instrumented>[1]>,
): Promise<Parameters<typeof instrumented>[1]> {
  // Which module is the entry has been sent before it is loaded, and is here by now.
  for (let told = next(); told; told = next()) entry = told.message
  return instrumented(url, await nextLoad(url, context), entry)
}
