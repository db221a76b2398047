import { fileURLToPath } from 'node:url'
import { wholeEnvironment } from '../../files/environment.ts'

/**
 * The command by which `fastmcp run` serves a spec on stdio, with the whole environment of this process.
 * @param more further words of its command line.
 */
export const runnerCommand = (spec: string, more: readonly string[] = []) => ({
  command: process.execPath,
  args: [
    fileURLToPath(new URL('../bin/fastmcp.js', import.meta.url)),
    ...['run', spec, '--transport', 'stdio', ...more],
  ],
  env: wholeEnvironment(),
})
