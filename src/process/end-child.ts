import type { ChildProcess } from 'node:child_process'

/** Tells a process to stop, and kills it if that takes longer than `limit` milliseconds. Resolves once it has ended. */
export async function endChild(child: ChildProcess, limit: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  const late = setTimeout(() => child.kill('SIGKILL'), limit)
  await ended
  clearTimeout(late)
}
