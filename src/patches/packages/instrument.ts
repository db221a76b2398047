/**
 * Puts the capture in front of the functions by which an SDK starts a server, in the source text of the SDK
 * itself: its classes differ from copy to copy, may be minified and bundled into a user's file, and some of its
 * functions are exports of ES modules, which nothing can replace once they are loaded.
 * @returns the changed source, or `undefined` for one that starts no servers.
 */
export function instrument(source: string): string | undefined {
  let changed = source
  if (source.includes('_requestHandlers')) changed = changed.replace(connectPattern, connectHook)
  if (source.includes('serveStdio')) changed = changed.replace(serveStdioPattern, serveStdioHook)
  if (source.includes('createMcpHandler')) changed = changed.replace(handlerPattern, handlerHook)
  if (source.includes('httpStream')) changed = changed.replace(startPattern, startHook)
  if (source.includes('.stdin.setEncoding'))
    changed = changed.replace(mutePattern, muteHook).replace(listenPattern, listenHook)
  return changed === source ? undefined : `${changed}\n;${capture}?.noteSdk()`
}

const capture = "globalThis[Symbol.for('fastmcp.capture')]"

/** The method that takes the transport for its own, in every version since 1.0, minified or not. */
const connectPattern =
  /async connect\(([\w$]+)\)\s*\{(?=(?:\s*(?:var|let)\s[^;{}]*;)?\s*(?:if\s*\(this\._?transport\b|this\._transport\s*=))/g
const connectHook = (_: string, transport: string) =>
  `async connect(${transport}){const caught=${capture}?.connect(this,${transport});if(caught)return caught;`

const serveStdioPattern = /function serveStdio\(([\w$]+),\s*([\w$]+)\s*=\s*\{\s*\}\)\s*\{/g
const serveStdioHook = (all: string, factory: string, options: string) =>
  `${all}const caught=${capture}?.serveStdio(${factory},${options});if(caught)return caught;`

const handlerPattern = /function createMcpHandler\(([\w$]+),\s*[\w$]+\s*=\s*\{\s*\}\)\s*\{/g
const handlerHook = (all: string, factory: string) => `${all}${capture}?.createMcpHandler(${factory});`

/** Of the framework called fastmcp, whose source also names its `httpStream` transport. */
const startPattern =
  /async start\(([\w$]+)(?:\s*=\s*\{[^{}]*\})?\)\s*\{(?=\s*(?:const [\w$]+\s*=\s*this\.#parseRuntimeConfig|if\s*\([\w$]+\.transportType))/g
const startHook = (all: string, options: string) =>
  `${all}const caught=${capture}?.start(this,${options});if(caught===false)return;if(caught)${options}=caught;`

/** Of tmcp's `StdioTransport`, the constructor that listens to what its server has to say, and what begins to read. */
const mutePattern =
  /constructor\(([\w$]+)\)\s*\{(?=\s*this\.#[\w$]+\s*=\s*\1\s*[;,]\s*this\.#[\w$]+\.(?:add\(\s*this\.#[\w$]+\.)?on\(\s*["'`](?:send|initialize)["'`])/g
const muteHook = (all: string, server: string) =>
  `${all}${server}=${capture}?.mute(this,${server})??${server};`

const listenPattern = /(?<![\w$.])listen\(([\w$]*)\)\s*\{(?=[^}]{0,300}\.stdin\.setEncoding\()/g
const listenHook = (_: string, custom: string) =>
  `listen(${custom || '...custom'}){if(${capture}?.listen(this,${custom || 'custom[0]'}))return;`
