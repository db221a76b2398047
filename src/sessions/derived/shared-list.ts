import { now } from '../../process/clock.ts'
import { cacheText } from '../../protocol/cached-text.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'

/** A request handler, as both SDKs store it. */
type Handler = (request: unknown, extra: unknown) => unknown

/** The registries of a `McpServer` of either SDK. */
interface ToolHolder {
  readonly server?: { readonly _requestHandlers?: ReadonlyMap<string, unknown> }
  readonly _registeredTools?: Readonly<Record<string, unknown>>
}

/** Milliseconds for which a list is reused: schemas may be computed, and nothing announces when they change. */
const lifetime = 1_000

/** The tool properties that are listed and compared by reference. */
const references = ['enabled', 'title', 'description', 'inputSchema', 'outputSchema'] as const
/** Plain objects, which may be mutated, so their contents are compared. */
const contents = ['annotations', 'icons', 'execution', '_meta'] as const

const sharers = new WeakMap<object, Handler>()

/**
 * Records the `tools/list` handler that an SDK has just installed for a `McpServer`. It converts the schemas of all
 * tools for every list, which for a thousand tools takes longer than a thousand calls.
 * @param mcp the server; anything else is ignored.
 */
export function noteListHandler(mcp: ToolHolder): void {
  const handler = mcp.server?._requestHandlers?.get('tools/list')
  if (typeof handler === 'function') sharers.set(handler, shared(handler as Handler, mcp))
}

/**
 * The caching replacement for a recorded handler: all sessions of a server share one list for a moment, as long as no
 * tool changes. A user's own handler is never replaced, since it may answer each caller differently.
 */
export const sharedListHandler = (handler: unknown): unknown =>
  typeof handler === 'function' ? (sharers.get(handler) ?? handler) : handler

function shared(handler: Handler, mcp: ToolHolder): Handler {
  let cached: { result: Record<string, unknown>; parts: readonly unknown[]; until: number } | undefined
  return async function (this: unknown, request, extra) {
    if (!asksForAll(request)) return handler.call(this, request, extra)
    if (cached && now() < cached.until && isStill(cached.parts, mcp)) return { ...cached.result }
    const [parts, until] = [partsOf(mcp), now() + lifetime]
    const result: unknown = await handler.call(this, request, extra)
    if (!isRecord(result) || !Array.isArray(result.tools) || !isStill(parts, mcp)) return result
    cacheText(result.tools)
    cached = { result, parts, until }
    return { ...result }
  }
}

/** Whether a request asks for the whole list, without parameters that could change the answer. */
const asksForAll = (request: unknown): boolean =>
  isRecord(request) &&
  (request.params === undefined ||
    (isRecord(request.params) && Object.keys(request.params).every((key) => key === '_meta')))

/** Everything that a list is made from, as a flat array. */
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

/** Visits the parts until `see` returns false; returns whether it never did. */
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
