import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Seen } from './witness.ts'

/** A caller in a process of its own, so that nothing but the server makes it wait. */
export interface Seat extends AsyncDisposable {
  /** What it sees from now on belongs to this phase, which may be gone on with later. */
  enter(phase: string): void
  report(): Promise<Record<string, Seen>>
}

/** Another caller, who asks this tool to say back what its argument is. */
export async function takeSeat(
  url: URL,
  { tool, argument }: { tool: string; argument: string },
): Promise<Seat> {
  const script = fileURLToPath(new URL('./witness.ts', import.meta.url))
  const child = forked(script, [url.href, tool, argument])
  await once(child, 'message')
  return {
    enter: (phase) => void child.send({ phase }),
    report: async () => {
      child.send({ report: true })
      const [report] = await once(child, 'message')
      return report
    },
    [Symbol.asyncDispose]: () => ended(child),
  }
}

/** Runs one of our scripts, which ends when it is let go. */
export const forked = (script: string, args: readonly string[]): ChildProcess =>
  fork(script, args, { execArgv: ['--import', 'tsx'] })

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}
