import { isRecord, type Params } from '../../protocol/jsonrpc.ts'

/** Maximum number of remembered tasks; the oldest are dropped. */
const limit = 1_000

/** Remembers the server of each task: a client polls it only by id, possibly in another conversation. */
export class TaskOwners {
  readonly #servers = new Map<string, string>()

  /** Records the task in a server's response, if any. */
  note(server: string, { task, taskId }: Params): void {
    const id = isRecord(task) ? task.taskId : taskId
    if (typeof id !== 'string') return
    this.#servers.delete(id)
    this.#servers.set(id, server)
    if (this.#servers.size <= limit) return
    for (const oldest of this.#servers.keys()) {
      this.#servers.delete(oldest)
      break
    }
  }

  /** The name of a task's server. */
  serverOf(task: unknown): string | undefined {
    return typeof task === 'string' ? this.#servers.get(task) : undefined
  }
}
