import {
  isRecord,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
} from '../../protocol/jsonrpc.ts'

/** What a response reveals about a task: that it was created, or that it will not be polled again. */
export type TaskNews =
  | {
      readonly taskId: string
      readonly ended: false
      readonly ttl: number | undefined
      /** Recognised only by its shape: a tool may mention a task of another system. */
      readonly guessed?: true
    }
  | { readonly taskId: string; readonly ended: true }

/** What a response in a session reveals about a task, if anything. */
export function taskNews(request: JsonRpcRequest, response: JsonRpcResponse): TaskNews | undefined {
  const taskId = taskIdIn(request)
  const result = 'result' in response ? response.result : {}
  if (taskId !== undefined) {
    const over = result.status === 'failed' || result.status === 'cancelled'
    return request.method === 'tasks/result' || over ? { taskId, ended: true } : undefined
  }
  const task = isRecord(result.task) ? result.task : {}
  if (typeof task.taskId !== 'string') return undefined
  const ttl = typeof task.ttl === 'number' ? task.ttl : undefined
  return { taskId: task.taskId, ended: false, ttl }
}

/** The task id in a request or status notification. */
export function taskIdIn(message: JsonRpcMessage): string | undefined {
  if (!('method' in message)) return undefined
  const { _meta: meta } = message.params ?? {}
  const related = isRecord(meta) ? meta['io.modelcontextprotocol/related-task'] : undefined
  const isAbout = /^(?:notifications\/)?tasks\//.test(message.method)
  const taskId = isAbout ? message.params?.taskId : isRecord(related) ? related.taskId : undefined
  return typeof taskId === 'string' ? taskId : undefined
}
