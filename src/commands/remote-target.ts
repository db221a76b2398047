import type { TargetOptions, Use } from './target.ts'
import { useClient } from './use-client.ts'

/** Uses a server that is not loaded here: at a URL, or a command that `connect()` starts. */
export async function withRemote(
  to: unknown,
  label: string,
  options: TargetOptions,
  use: Use,
): Promise<number> {
  const interrupt = new AbortController()
  const onSignal = () => interrupt.abort()
  process.once('SIGINT', onSignal)
  try {
    const streams = { input: process.stdin, output: process.stdout }
    const { timeout } = options
    return await useClient({ to, era: 'auto', label, source: undefined, interrupt, timeout, ...streams }, use)
  } finally {
    process.off('SIGINT', onSignal)
  }
}
