import { now } from '../../process/clock.ts'
import { type JsonRpcRequest, type JsonRpcResponse, wordOf } from '../../protocol/jsonrpc.ts'
import type { Asker, Watch, Watched } from '../watched/watched-source.ts'
import { ListedTools } from './listed-tools.ts'
import type { Metrics } from './metrics.ts'

/** How a request ended. */
type Outcome = 'ok' | 'tool_error' | 'error' | 'input_required' | 'cancelled'

/** The request methods of all MCP revisions; any other method is counted as `other`. */
const methods: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'server/discover',
  'subscriptions/listen',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/cancel',
  'tasks/update',
])

/** Counts requests by method and outcome, and tool calls by tool. */
export function requestWatch(metrics: Metrics): Watch {
  const tools = new ListedTools()
  return (request, asker) => {
    const method = methods.has(request.method) ? request.method : 'other'
    const call = method === 'tools/call' ? watchedCall(request, asker, { metrics, tools }) : undefined
    return {
      end: (answer) => {
        metrics.count('requests', method, outcomeOf(answer))
        if (method === 'tools/list' && answer && 'result' in answer) tools.learn(answer.result)
        call?.end(answer)
      },
    }
  }
}

function watchedCall(
  { params }: JsonRpcRequest,
  asker: Asker,
  { metrics, tools }: { metrics: Metrics; tools: ListedTools },
): Watched {
  const begun = now()
  const name = wordOf(params?.name)
  const settled = tools.settled(name, params?._meta, asker.ask)
  return {
    end: (answer) => {
      const seconds = (now() - begun) / 1000
      const note = () => {
        const tool = tools.nameOf(name)
        metrics.count('calls', tool, outcomeOf(answer))
        metrics.observe('callSeconds', seconds, tool)
      }
      if (settled !== undefined) void settled.then(note)
      else note()
    },
  }
}

function outcomeOf(answer: JsonRpcResponse | undefined): Outcome {
  if (!answer) return 'cancelled'
  if ('error' in answer) return 'error'
  if (answer.result.resultType === 'input_required') return 'input_required'
  return answer.result.isError === true ? 'tool_error' : 'ok'
}
