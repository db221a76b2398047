// Patches: the handler of `tools/list` that a `McpServer` of either SDK installs: `packages/instrument.ts` puts a call to
//   this where it has installed its handlers for tools.
// Why: it converts the schemas of all tools for every list, which takes as long as a thousand calls where there are a
//   thousand tools.
// On: SDK v1 1.0–1.32, v2 2.0–2.4.
// Otherwise: every list is made by the SDK alone.

import { isSdkAlone } from '../../process/sdk-alone.ts'
import { noteListHandler } from '../../sessions/derived/shared-list.ts'

/** Where instrumented code of an SDK, of any copy, finds what is to be told of its handlers. */
export const toolHandlers = "globalThis[Symbol.for('fastmcp.toolHandlers')]"

/** Lets the servers of this process share their lists. It has to come before they are made. */
export function shareToolLists(): void {
  if (!isSdkAlone()) Reflect.set(globalThis, Symbol.for('fastmcp.toolHandlers'), noteListHandler)
}

/** Whether a module may be the one of an SDK that has `McpServer`: its source is looked at wherever nothing else is. */
export const mayHaveToolHandlers = (url: string): boolean =>
  /@modelcontextprotocol\/(?:sdk\/dist\/\w+\/server\/mcp\.js|server\/dist\/mcp-[\w-]+\.[cm]js)$/.test(url)
