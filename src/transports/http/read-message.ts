import type { IncomingMessage, ServerResponse } from 'node:http'
import { isTooDeep, tooDeep } from '../../protocol/json-text.ts'
import { asMessage, errorCodes, type JsonRpcMessage, messageFault, usableId } from '../../protocol/jsonrpc.ts'
import { idIn } from '../../protocol/truncated-message.ts'
import { BodyError, readBody } from './body.ts'
import { refuse } from './http-reply.ts'

/** Reads one JSON-RPC message of so many bytes at the most, or refuses the request and returns nothing. */
export async function readMessage(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
): Promise<JsonRpcMessage | undefined> {
  let value: unknown
  try {
    const text = await readBody(request, limit)
    if (isTooDeep(text)) {
      refuse(response, 400, `Invalid request: ${tooDeep}`, {
        code: errorCodes.invalidRequest,
        id: idIn(text),
      })
      return undefined
    }
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof BodyError) refuse(response, error.status, error.message)
    else refuse(response, 400, 'Parse error: the body is not JSON', { code: errorCodes.parse })
    return undefined
  }
  const fault = messageFault(value)
  if (fault === undefined) return asMessage(value)
  refuse(response, 400, `Invalid request: ${fault}`, { code: errorCodes.invalidRequest, id: usableId(value) })
  return undefined
}
