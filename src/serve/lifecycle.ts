import { type OwnerOptions, ProcessOwner } from './process-owner.ts'
import type { Running } from './serve-options.ts'

/** A server that has been opened in this process. */
export interface Opened {
  /** A stop drains this. */
  running: Running
  /** Runs once clients are served: for work and messages that can wait until then. */
  serves?: () => void
  /** The exit code of a task that uses the server and ends by itself. */
  until?: Promise<number>
}

/** The process has been handed over to an object that serves by itself, until its event loop is empty. */
export interface HandedOver {
  handedOver: Promise<number>
}

/**
 * Takes over the process, opens a server in it, and serves. If opening fails, the process is released again; resources
 * that were already open are closed by the code that opened them.
 * @returns a function that waits for the end and exits with the exit code.
 */
export async function takeProcess(
  options: OwnerOptions,
  open: (owner: ProcessOwner) => Promise<Opened | HandedOver>,
): Promise<() => Promise<number>> {
  const owner = new ProcessOwner(options)
  try {
    const opened = await open(owner)
    if ('handedOver' in opened) return () => ended(owner, opened.handedOver)
    owner.serving(opened.running)
    opened.serves?.()
    return () => end(owner, opened.until)
  } catch (error) {
    owner.release()
    throw error
  }
}

/** The same, including the wait for the end. */
export async function serveInProcess(...life: Parameters<typeof takeProcess>): Promise<number> {
  const wait = await takeProcess(...life)
  return wait()
}

async function end(owner: ProcessOwner, until: Promise<number> | undefined): Promise<never> {
  const code = await ended(owner, until ?? owner.finished)
  return owner.exit(owner.stopping ? await owner.finished : code)
}

/** Waits for the task to end; if it fails, the process is released. */
async function ended(owner: ProcessOwner, until: Promise<number>): Promise<number> {
  try {
    return await until
  } catch (error) {
    owner.release()
    throw error
  }
}
