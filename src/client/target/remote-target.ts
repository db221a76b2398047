import type { TargetOptions, Use } from './use-client.ts'
import { useClient } from './use-client.ts'

/** Uses a server that is not loaded here: at a URL, or a command that `connect()` starts. */
export async function withRemote(
  to: unknown,
  label: string,
  options: TargetOptions,
  use: Use,
): Promise<number> {
  const abort = new AbortController()
  const interrupt = () => abort.abort()
  process.once('SIGINT', interrupt)
  try {
    const streams = { input: process.stdin, output: process.stdout }
    const { timeout } = options
    return await useClient(
      { to, era: 'auto', label, source: undefined, signal: abort.signal, interrupt, timeout, ...streams },
      use,
    )
  } finally {
    process.off('SIGINT', interrupt)
  }
}
