// Patches: the source of what starts servers in the SDKs, in fastmcp and in tmcp's transport for stdio.
// Why: classes differ from copy to copy, and nothing can replace exports of ES modules once they are
//   loaded.
// On: SDK v1 1.0–1.32, v2 2.0–2.4; fastmcp 3–4; @tmcp/transport-stdio 0.4–0.5.
// Otherwise: `warning: … has connect() in a form that is not known here`; a server that starts itself is
//   not found.

import { say } from '../../terminal/output.ts'

/** One of the functions by which servers are started. */
interface Start {
  /** As people call it. */
  readonly name: string
  /** What is in every file that has it. */
  readonly word: string
  readonly pattern: RegExp
  readonly hook: (all: string, ...groups: string[]) => string
  /** The files of its package. */
  readonly of: RegExp
  /** Its head in any form at all: a file that has this and not the pattern has it in a new one. */
  readonly head: RegExp
}

export interface InstrumentOptions {
  /** Is told of a function that is there in a form that is not known here. */
  onMisfit?: (words: string) => void
  /**
   * Blanks what only looks like code, each character in its place: for files that may hold such text as a help or a
   * prompt. An SDK holds none.
   */
  codeOnly?: ((text: string) => string) | undefined
}

/**
 * Puts the capture in front of the functions by which an SDK starts a server, in the source text of the SDK
 * itself: its classes differ from copy to copy, may be minified and bundled into a user's file, and some of its
 * functions are exports of ES modules, which nothing can replace once they are loaded.
 * @param place the path or address of the file, where it has one.
 * @returns the changed source, or `undefined` for one that starts no servers.
 */
export function instrument(
  source: string,
  place = '',
  { onMisfit = warnOnce, codeOnly }: InstrumentOptions = {},
): string | undefined {
  let changed = source
  for (const start of starts) {
    if (!source.includes(start.word)) continue
    const before = changed
    changed = hooked(before, start, codeOnly)
    if (changed === before && start.of.test(place) && start.head.test(source)) onMisfit(misfit(start, place))
  }
  return changed === source ? undefined : `${changed}\n;${capture}?.noteSdk()`
}

function hooked(source: string, { pattern, hook }: Start, codeOnly: InstrumentOptions['codeOnly']): string {
  let code: string | undefined
  return source.replace(pattern, (all: string, ...rest: (string | number)[]) => {
    const groups = rest
      .slice(
        0,
        rest.findIndex((one) => typeof one === 'number'),
      )
      .map(String)
    const at = Number(rest[groups.length])
    code ??= codeOnly?.(source) ?? source
    return code.startsWith(all.slice(0, 8), at) ? hook(all, ...groups) : all
  })
}

const misfit = ({ name, of }: Start, place: string) => {
  const [, owner = ''] = of.exec(place) ?? []
  return `${owner.replace('\\', '/')} has ${name} in a form that is not known here: a server that starts itself by it is not found. Export the server instead.`
}

const warned = new Set<string>()

/** The same file comes in as many formats as it is loaded in. */
function warnOnce(words: string): void {
  if (!warned.has(words)) say(`warning: ${words}`)
  warned.add(words)
}

const capture = "globalThis[Symbol.for('fastmcp.capture')]"

const official = /[\\/]node_modules[\\/](@modelcontextprotocol[\\/](?:sdk|server|core))[\\/]/
const framework = /[\\/]node_modules[\\/](fastmcp)[\\/]/
const tmcp = /[\\/]node_modules[\\/](@tmcp[\\/]transport-stdio)[\\/]/

const starts: readonly Start[] = [
  {
    // The method that takes the transport for its own, in every version since 1.0, minified or not.
    name: 'connect()',
    word: '_requestHandlers',
    pattern:
      /async connect\(([\w$]+)\)\s*\{(?=(?:\s*(?:var|let)\s[^;{}]*;)?\s*(?:if\s*\(this\._?transport\b|this\._transport\s*=))/g,
    hook: (_, transport) =>
      `async connect(${transport}){const caught=${capture}?.connect(this,${transport});if(caught)return caught;`,
    of: official,
    head: /\bthis\._transport\s*=\s*[\w$]/,
  },
  {
    name: 'serveStdio()',
    word: 'serveStdio',
    pattern: /function serveStdio\(([\w$]+),\s*([\w$]+)\s*=\s*\{\s*\}\)\s*\{/g,
    hook: (all, factory, options) =>
      `${all}const caught=${capture}?.serveStdio(${factory},${options});if(caught)return caught;`,
    of: official,
    head: /\b(?:function|const|let|var)\s+serveStdio\b/,
  },
  {
    name: 'createMcpHandler()',
    word: 'createMcpHandler',
    pattern: /function createMcpHandler\(([\w$]+),\s*[\w$]+\s*=\s*\{\s*\}\)\s*\{/g,
    hook: (all, factory) => `${all}${capture}?.createMcpHandler(${factory});`,
    of: official,
    head: /\b(?:function|const|let|var)\s+createMcpHandler\b/,
  },
  {
    // Of the framework called fastmcp, whose source also names its `httpStream` transport.
    name: 'start()',
    word: 'httpStream',
    pattern:
      /async start\(([\w$]+)(?:\s*=\s*\{[^{}]*\})?\)\s*\{(?=\s*(?:const [\w$]+\s*=\s*this\.#parseRuntimeConfig|if\s*\([\w$]+\.transportType))/g,
    hook: (all, options) =>
      `${all}const caught=${capture}?.start(this,${options});if(caught===false)return;if(caught)${options}=caught;`,
    of: framework,
    head: /^\s+(?:async\s+)?start\s*[(=]/m,
  },
  {
    // The constructor that listens to what its server has to say, which went to stdout.
    name: 'StdioTransport',
    word: '.stdin.setEncoding',
    pattern:
      /constructor\(([\w$]+)\)\s*\{(?=\s*this\.#[\w$]+\s*=\s*\1\s*[;,]\s*this\.#[\w$]+\.(?:add\(\s*this\.#[\w$]+\.)?on\(\s*["'`](?:send|initialize)["'`])/g,
    hook: (all, server) => `${all}${server}=${capture}?.mute(this,${server})??${server};`,
    of: tmcp,
    head: /\bconstructor\s*\(/,
  },
  {
    name: 'listen()',
    word: '.stdin.setEncoding',
    pattern: /(?<![\w$.])listen\(([\w$]*)\)\s*\{(?=[^}]{0,300}\.stdin\.setEncoding\()/g,
    hook: (_, custom) =>
      `listen(${custom || '...custom'}){if(${capture}?.listen(this,${custom || 'custom[0]'}))return;`,
    of: tmcp,
    head: /\blisten\s*\(/,
  },
]
