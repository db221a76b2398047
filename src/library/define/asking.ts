import {
  type ClientCapabilities,
  type CreateMessageRequestParamsBase,
  inputRequired,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { describable, type Output, type Schema } from './schemas.ts'

/** What came of asking a person: the checked answer, or that there is none. */
export type Elicited<S extends Schema> =
  | {
      /** The person has answered. */
      action: 'accept'
      /** The answer, as the schema yields it. */
      data: Output<S>
    }
  | {
      /** The person said no, or closed the question. */
      action: 'decline' | 'cancel'
      /** There is none. */
      data?: undefined
    }

interface Ask {
  method: string
  params?: Record<string, unknown>
}

/** @throws TypeError for a schema that a form cannot show, such as one with nested objects. */
export function elicitationAsk(message: string, schema: Schema): Ask {
  const requestedSchema = describable('ctx.elicit: the schema', schema, 'input')
  return { ...inputRequired.elicit({ message, requestedSchema }) } as unknown as Ask
}

export function samplingAsk(request: string | CreateMessageRequestParamsBase): Ask {
  const params =
    typeof request === 'string'
      ? {
          messages: [{ role: 'user' as const, content: { type: 'text' as const, text: request } }],
          maxTokens: 1024,
        }
      : request
  return { method: 'sampling/createMessage', params: { ...params } }
}

/**
 * Reads the answer to an elicitation. It comes from the client, so it is checked here, whatever was asked.
 * @throws Error naming what does not fit the schema.
 */
export async function elicited<S extends Schema>(answer: unknown, schema: S): Promise<Elicited<S>> {
  const action = isRecord(answer) ? answer.action : undefined
  if (action === 'decline' || action === 'cancel') return { action }
  if (action !== 'accept') throw new Error("the client's response is not an elicitation result")
  const checked = await schema['~standard'].validate(isRecord(answer) ? (answer.content ?? {}) : {})
  if (checked.issues) throw new Error(`the answer does not match the schema: ${checked.issues[0]?.message}`)
  return { action, data: checked.value as Output<S> }
}

/**
 * Asks in the legacy era, where a server sends requests to its client.
 * @throws Error when the client has not said that it can answer.
 */
export async function askByRequest(
  { mcpReq }: ServerContext,
  client: ClientCapabilities | undefined,
  { method, params }: Ask,
): Promise<unknown> {
  const needed = method === 'elicitation/create' ? 'elicitation' : 'sampling'
  if (!client?.[needed]) throw new Error(`the client does not support ${needed}`)
  if (method === 'elicitation/create')
    return mcpReq.elicitInput(params as Parameters<typeof mcpReq.elicitInput>[0])
  return mcpReq.requestSampling(params as Parameters<typeof mcpReq.requestSampling>[0])
}
