import type { JsonRpcMessage, JsonRpcRequest, JsonRpcResponse } from '../../protocol/jsonrpc.ts'
import { type TaskNews, taskIdIn } from '../protocol/task-news.ts'

/** Default and maximum time to live of a task in milliseconds. */
const usualTtl = 3_600_000
const ttlLimit = 24 * 3_600_000
/** Milliseconds for which a finished task can still be polled. */
const endedTtl = 60_000
/** Maximum number of remembered tasks; the oldest is dropped. */
const tasksLimit = 10_000

/** Runs tasks, and stays alive for as long as one of them may be polled. */
export interface TaskOwner {
  /** @returns a function that releases it. */
  keep(): () => void
}

/** Remembers the owner of each task (2025-11-25, basic/utilities/tasks), so that polls reach it even after reloads. */
export class Tasks<Owner extends TaskOwner> {
  readonly #kept = new Map<
    string,
    { readonly owner: Owner; readonly release: () => void; timer: NodeJS.Timeout }
  >()

  note(owner: Owner, news: TaskNews): void {
    const { taskId } = news
    const known = this.#kept.get(taskId)
    if (news.ended && known?.owner !== owner) return
    if (!news.ended && news.guessed && known && known.owner !== owner) return
    const wait = news.ended ? endedTtl : Math.min(news.ttl ?? usualTtl, ttlLimit)
    const timer = setTimeout(() => this.#end(taskId), wait).unref()
    if (known?.owner === owner) {
      clearTimeout(known.timer)
      known.timer = timer
      return
    }
    this.#end(taskId)
    this.#kept.set(taskId, { owner, release: owner.keep(), timer })
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined && this.#kept.size > tasksLimit) this.#end(oldest)
  }

  /** The owner of the task that a message names, if known. */
  ownerOf(message: JsonRpcMessage): Owner | undefined {
    const taskId = taskIdIn(message)
    return taskId === undefined ? undefined : this.#kept.get(taskId)?.owner
  }

  /** Whether a notification of an owner is about a task that it runs. */
  speaksFor(owner: Owner, message: JsonRpcMessage): boolean {
    if (this.ownerOf(message) === owner) return true
    // The progress token of a call stays valid for its task.
    const isProgress = 'method' in message && message.method === 'notifications/progress'
    return isProgress && [...this.#kept.values()].some((one) => one.owner === owner)
  }

  /** Forgets the tasks of one owner, or of all. */
  forget(owner?: Owner): void {
    for (const [taskId, kept] of this.#kept) if (!owner || kept.owner === owner) this.#end(taskId)
  }

  #end(taskId: string): void {
    const kept = this.#kept.get(taskId)
    if (!kept) return
    clearTimeout(kept.timer)
    this.#kept.delete(taskId)
    kept.release()
  }
}

/** Lists the tasks of an old generation's server. */
export interface TaskLister {
  readonly runsTasks: boolean
  ask(method: string, params: Record<string, unknown>): Promise<JsonRpcResponse | undefined>
}

/** A list of tasks, with those of older generations added to the first page. */
export async function withTasksOf(
  older: Iterable<TaskLister>,
  request: JsonRpcRequest,
  response: JsonRpcResponse,
): Promise<JsonRpcResponse> {
  if (!('result' in response) || request.params?.cursor !== undefined) return response
  const running = [...older].filter((one) => one.runsTasks)
  const lists = await Promise.all(running.map((one) => one.ask('tasks/list', {})))
  const tasks = [response, ...lists].flatMap((one) =>
    one && 'result' in one && Array.isArray(one.result.tasks) ? one.result.tasks : [],
  )
  // Generations that share a task store list the same tasks.
  const byId = new Map(tasks.toReversed().map((task: unknown) => [Reflect.get(Object(task), 'taskId'), task]))
  return { ...response, result: { ...response.result, tasks: [...byId.values()].toReversed() } }
}
