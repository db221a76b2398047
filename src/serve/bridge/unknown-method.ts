import { errorCodes, isRecord } from '../../protocol/jsonrpc.ts'
import { WebHeaders, WebResponse } from '../../transports/web/web-classes.ts'

/**
 * The response to a request whose method we do not know and passed on to the server: if the server does not know it
 * either, the HTTP status says so, as it does without the bridge (2026-07-28, Streamable HTTP, Sending 3).
 */
export async function withUnknownMethod(answer: Response): Promise<Response> {
  const json = answer.headers.get('content-type')?.startsWith('application/json') === true
  if (answer.status !== 200 || !json) return answer
  const text = await answer.text()
  const status = codeIn(text) === errorCodes.methodNotFound ? 404 : 200
  return new WebResponse(text, { status, headers: new WebHeaders(answer.headers) })
}

function codeIn(text: string): unknown {
  const { error }: { error?: unknown } = JSON.parse(text)
  return isRecord(error) ? error.code : undefined
}
