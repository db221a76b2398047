import { now } from '../../process/clock.ts'
import { cacheText } from '../../protocol/cached-text.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'

/** A handler of requests, as both SDKs keep it. */
type Handler = (request: unknown, extra: unknown) => unknown

/** What a `McpServer` of either SDK has besides its low-level server. */
interface ToolHolder {
  readonly server?: { readonly _requestHandlers?: ReadonlyMap<string, unknown> }
  readonly _registeredTools?: Readonly<Record<string, unknown>>
}

/** How long a list is taken for the list of now, in milliseconds: a schema may be computed, and nothing tells when it changes. */
const lifetime = 1_000

/** What a tool is listed with. Of the SDKs' own fields, so that whatever is added to one is seen. */
const references = ['enabled', 'title', 'description', 'inputSchema', 'outputSchema'] as const
/** Plain objects, which may be changed where they are. */
const contents = ['annotations', 'icons', 'execution', '_meta'] as const

const sharers = new WeakMap<object, Handler>()

/**
 * Notes the handler of `tools/list` that an SDK has just installed for a `McpServer`. It converts the schemas of all
 * tools for every list, which for a thousand of them takes longer than a thousand calls.
 * @param mcp the server; whatever else it is, nothing is noted.
 */
export function noteListHandler(mcp: ToolHolder): void {
  const handler = mcp.server?._requestHandlers?.get('tools/list')
  if (typeof handler === 'function') sharers.set(handler, shared(handler as Handler, mcp))
}

/**
 * The handler to ask instead of one that was noted: it gives all sessions of a server the same list for a moment, as
 * long as no tool of it changes. A handler of the user's own is none of these, and may answer each caller differently.
 */
export const sharedListHandler = (handler: unknown): unknown =>
  typeof handler === 'function' ? (sharers.get(handler) ?? handler) : handler

function shared(handler: Handler, mcp: ToolHolder): Handler {
  let kept: { result: Record<string, unknown>; parts: readonly unknown[]; until: number } | undefined
  return async function (this: unknown, request, extra) {
    if (!asksForAll(request)) return handler.call(this, request, extra)
    if (kept && now() < kept.until && isStill(kept.parts, mcp)) return { ...kept.result }
    const [parts, until] = [partsOf(mcp), now() + lifetime]
    const result: unknown = await handler.call(this, request, extra)
    if (!isRecord(result) || !Array.isArray(result.tools) || !isStill(parts, mcp)) return result
    cacheText(result.tools)
    kept = { result, parts, until }
    return { ...result }
  }
}

/** A request that could not be answered in another way. */
const asksForAll = (request: unknown): boolean =>
  isRecord(request) &&
  (request.params === undefined ||
    (isRecord(request.params) && Object.keys(request.params).every((key) => key === '_meta')))

/** Everything that a list is made from, one thing after the other. */
function partsOf(mcp: ToolHolder): unknown[] {
  const parts: unknown[] = []
  eachPart(mcp, (part) => {
    parts.push(part)
    return true
  })
  return parts
}

function isStill(parts: readonly unknown[], mcp: ToolHolder): boolean {
  let at = 0
  return eachPart(mcp, (part) => Object.is(part, parts[at++])) && at === parts.length
}

/** Goes through the parts until `see` says no; whether it never did. */
function eachPart({ _registeredTools = {} }: ToolHolder, see: (part: unknown) => boolean): boolean {
  for (const name of Object.keys(_registeredTools)) {
    const tool = _registeredTools[name]
    if (!see(name) || !see(tool)) return false
    if (!isRecord(tool)) continue
    for (const field of references) if (!see(tool[field])) return false
    for (const field of contents) {
      const value = tool[field]
      if (!see(typeof value === 'object' ? JSON.stringify(value) : value)) return false
    }
  }
  return true
}
