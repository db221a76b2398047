import { isRecord, type Params } from '../../protocol/jsonrpc.ts'

/** How many tasks are remembered, the newest of them. */
const limit = 1_000

/** Which server has told of a task: a client asks for it by its id alone, in another request or another conversation. */
export class TaskOwners {
  readonly #servers = new Map<string, string>()

  /** Takes the task from a server's answer, if there is one in it. */
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

  /** The name of the server that a task is of. */
  serverOf(task: unknown): string | undefined {
    return typeof task === 'string' ? this.#servers.get(task) : undefined
  }
}
