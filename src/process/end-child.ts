import type { ChildProcess } from 'node:child_process'

/** Terminates a process, and kills it if that takes longer than `limit` milliseconds. Resolves once it has exited. */
export async function endChild(child: ChildProcess, limit: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  const late = setTimeout(() => child.kill('SIGKILL'), limit)
  await ended
  clearTimeout(late)
}
