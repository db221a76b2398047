import type { JsonRpcMessage, JsonRpcRequest, JsonRpcResponse } from '../../protocol/jsonrpc.ts'
import { type TaskNews, taskIdIn } from '../protocol/task-news.ts'

/** Milliseconds that a task is kept when it does not say for how long, and at most. */
const usualTtl = 3_600_000
const ttlLimit = 24 * 3_600_000
/** Milliseconds in which the end of a task may be looked at again. */
const endedTtl = 60_000
/** Tasks remembered at most; the oldest gives way. */
const tasksLimit = 10_000

/** What runs tasks, and goes on for as long as one of them may be asked for. */
export interface TaskOwner {
  /** @returns what releases it again. */
  keep(): () => void
}

/**
 * Who runs a task (2025-11-25, basic/utilities/tasks), so that a client that comes back for it is led there,
 * whatever has been saved meanwhile.
 */
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

  /** Who runs the task that a message names, if it is known. */
  ownerOf(message: JsonRpcMessage): Owner | undefined {
    const taskId = taskIdIn(message)
    return taskId === undefined ? undefined : this.#kept.get(taskId)?.owner
  }

  /** Whether what somebody says without being asked is about a task that it runs. */
  speaksFor(owner: Owner, message: JsonRpcMessage): boolean {
    if (this.ownerOf(message) === owner) return true
    // The progress of a call goes on as that of its task.
    const isProgress = 'method' in message && message.method === 'notifications/progress'
    return isProgress && [...this.#kept.values()].some((one) => one.owner === owner)
  }

  /** Nobody comes back for the tasks of this one, or of any. */
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

/** What is asked of an old generation's server on the way. */
export interface TaskLister {
  readonly runsTasks: boolean
  ask(method: string, params: Record<string, unknown>): Promise<JsonRpcResponse | undefined>
}

/** A list of tasks together with those that older code still runs; they come with the first page. */
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
  // Code that shares a store of tasks with the code before it lists the same ones.
  const byId = new Map(tasks.toReversed().map((task: unknown) => [Reflect.get(Object(task), 'taskId'), task]))
  return { ...response, result: { ...response.result, tasks: [...byId.values()].toReversed() } }
}
