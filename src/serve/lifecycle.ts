import { type OwnerOptions, ProcessOwner } from './process-owner.ts'
import type { Running } from './serve-options.ts'

/** What has been opened in a process. */
export interface Opened {
  /** A stop drains this first. */
  running: Running
  /** Does and says what can wait until clients are answered. */
  serves?: () => void
  /** The exit code of what is done with the server, where that has an end of its own. */
  until?: Promise<number>
}

/** The process has been released to an object that serves by itself, until it has nothing left to do. */
export interface HandedOver {
  handedOver: Promise<number>
}

/**
 * Takes the process, opens a server in it, and serves. When opening fails, the process is released again; what had
 * been opened until then is closed by whoever opened it.
 * @returns waits until it is over, and ends the process with its exit code.
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

/** The same from beginning to end. */
export async function serveInProcess(...life: Parameters<typeof takeProcess>): Promise<number> {
  const wait = await takeProcess(...life)
  return wait()
}

async function end(owner: ProcessOwner, until: Promise<number> | undefined): Promise<never> {
  const code = await ended(owner, until ?? owner.finished)
  return owner.exit(owner.stopping ? await owner.finished : code)
}

/** Waits for an end; one that fails leaves a process that is nobody's. */
async function ended(owner: ProcessOwner, until: Promise<number>): Promise<number> {
  try {
    return await until
  } catch (error) {
    owner.release()
    throw error
  }
}
