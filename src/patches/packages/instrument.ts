// Patches: the source of what starts servers in the SDKs, in fastmcp and in tmcp's transport for stdio.
// Why: classes differ from copy to copy, and nothing can replace exports of ES modules once they are
//   loaded.
// On: SDK v1 1.0–1.32, v2 2.0–2.4; fastmcp 3–4; @tmcp/transport-stdio 0.4–0.5.
// Otherwise: `warning: … has connect() in a form that is not known here`; a server that starts itself is
//   not found.

import { say } from '../../terminal/output.ts'
import { checkedOnce } from './checked-once.ts'
import { toolHandlers } from './tool-lists.ts'

/** One of the functions by which servers are started. */
interface Start {
  /** As people call it. */
  readonly name: string
  /** What is in every file that has it. */
  readonly word: RegExp
  readonly pattern: RegExp
  /**
   * What is put in place of a match; nothing, where the rest of the file does not have what belongs to it.
   * @param isCode whether something that was found is code, and does not only look like it.
   */
  readonly hook: (match: RegExpExecArray, isCode: IsCode) => string | undefined
  /**
   * The files of its package, and its head in any form at all: one of those that has this and not the pattern has it in
   * a new one. Nothing for a form that packages themselves are not published in.
   */
  readonly published?: { readonly of: RegExp; readonly head: RegExp }
}

type IsCode = (found: RegExpExecArray, offset?: number) => boolean

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
 * @param location the path or address of the file, where it has one.
 * @returns the changed source, or `undefined` for one that starts no servers.
 */
export function instrument(
  source: string,
  location = '',
  { onMisfit = warnOnce, codeOnly }: InstrumentOptions = {},
): string | undefined {
  const edits: Edit[] = []
  let code: string | undefined
  // Of code, only the strings in it are blank.
  const isCode: IsCode = ({ 0: all, index }, offset = 0) => {
    code ??= codeOnly?.(source) ?? source
    return code.slice(offset + index, offset + index + all.length).trim() !== ''
  }
  for (const start of starts) {
    if (!start.word.test(source)) continue
    let fits = false
    for (const match of source.matchAll(start.pattern)) {
      const text = isCode(match) ? start.hook(match, isCode) : undefined
      if (text === undefined) continue
      edits.push({ from: match.index, end: match.index + match[0].length, text })
      fits = true
    }
    const { published } = start
    if (!fits && published?.of.test(location) && published.head.test(source))
      onMisfit(misfit(start.name, location, published.of))
  }
  return edits.length === 0 ? undefined : `${edited(source, edits)}\n;${capture}?.noteSdk()`
}

/** What is put in place of a part of a source. */
interface Edit {
  readonly from: number
  readonly end: number
  readonly text: string
}

function edited(source: string, edits: readonly Edit[]): string {
  let [changed, at] = ['', 0]
  for (const { from, end, text } of edits.toSorted((a, b) => a.from - b.from)) {
    changed += source.slice(at, from) + text
    at = end
  }
  return changed + source.slice(at)
}

/** The name of the factory: what is called, nearest by, with arguments that only this SDK gives. */
function factoryNear({ input, index }: RegExpExecArray, call: RegExp, isCode: IsCode): string | undefined {
  const from = Math.max(0, index - reach)
  const calls = [...input.slice(from, index + reach).matchAll(call)].filter((one) => isCode(one, from))
  const distance = (one: RegExpExecArray) => Math.abs(from + one.index - index)
  return calls.sort((a, b) => distance(a) - distance(b))[0]?.[1]
}

/** How many characters a function of an SDK has at most, with its comments. */
const reach = 20_000

const misfit = (name: string, location: string, of: RegExp) => {
  const [, owner = ''] = of.exec(location) ?? []
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

const connectHook = (head: string, transport = '') =>
  `${head}const caught=${capture}?.connect(this,${transport});if(caught)return caught;`

/** Starts nothing: the checks of SDK v1 that `checked-once.ts` knows an answer to. */
const checks: readonly Start[] = [
  {
    name: 'the check of a call',
    word: /CallToolRequestSchema/,
    pattern:
      /(?:\(0,\s*[\w$]+\.safeParse\)|\bsafeParse)\(\s*((?:[\w$]+\.)?CallToolRequestSchema),\s*request\s*\)/g,
    hook: ({ 0: all, 1: schema, input }) =>
      input.includes('super.setRequestHandler(requestSchema, wrappedHandler)')
        ? `(${checkedOnce}?.request(requestSchema===${schema}&&request)??${all})`
        : undefined,
  },
  {
    name: 'the check of a result',
    word: /CallToolResultSchema/,
    pattern:
      /(?:\(0,\s*[\w$]+\.safeParse\)|\bsafeParse)\(\s*(?:[\w$]+\.)?CallToolResultSchema,\s*result\s*\)/g,
    hook: ({ 0: all, input }) =>
      input.includes('wrappedHandler') ? `(${checkedOnce}?.result(result)??${all})` : undefined,
  },
  {
    name: 'the check for a task',
    word: /isTaskAugmentedRequestParams/,
    pattern:
      /(?:\(0,\s*[\w$]+\.isTaskAugmentedRequestParams\)|\bisTaskAugmentedRequestParams)\(request\.params\)(?=\s*\?\s*request\.params\.task\s*:)/g,
    hook: ([all]) => `((request.params?.task!==undefined||!${checkedOnce})&&${all})`,
  },
]

const starts: readonly Start[] = [
  {
    // Starts nothing: the end of what installs the handlers for tools of a `McpServer`, in every version since 1.0.
    name: 'setToolRequestHandlers()',
    word: /_toolHandlersInitialized/,
    pattern: /\bthis\._toolHandlersInitialized\s*=\s*(?:true|!0)/g,
    hook: ([all]) => `(${toolHandlers}?.(this),${all})`,
  },
  ...checks,
  {
    // The method that takes the transport for its own, in every version since 1.0, minified or not.
    name: 'connect()',
    word: /_requestHandlers/,
    pattern:
      /async connect\(([\w$]+)\)\s*\{(?=(?:\s*(?:var|let)\s[^;{}]*;)?\s*(?:if\s*\(this\._?transport\b|this\._transport\s*=))/g,
    hook: ([all, transport]) => connectHook(all, transport),
    published: { of: official, head: /\bthis\._transport\s*=\s*[\w$]/ },
  },
  {
    // The same, as compilers write it for targets that have no `async`.
    name: 'connect()',
    word: /_requestHandlers/,
    pattern:
      /\b(?:connect|(?:key:\s*["'`]connect["'`],\s*value:|prototype\.connect\s*=)\s*function)\s*\(([\w$]+)\)\s*\{(?=\s*(?:var\s[^;{}]*;\s*)?return\s+[\w$.]+\((?:this,[^{}]{0,40})?function\s*\*?\s*\([\s\S]{0,900}?\b\w+\._transport\s*=\s*\1\b)/g,
    hook: ([all, transport]) => connectHook(all, transport),
  },
  {
    // No minifier leaves the name of this function, and some not even the function. What remains is what it asks of its
    // options, and how it calls its factory.
    name: 'serveStdio()',
    word: /serveStdio|["'`]serve["'`]/,
    pattern: /\b([\w$]+)\.legacy\b[^;{}]{0,60}["'`]serve["'`][^{}]{0,120}\b\1\.transport\b/g,
    hook: (match, isCode) => {
      const [all, options = ''] = match
      const factory = factoryNear(match, /\b([\w$]+)\(\s*\{\s*era\s*[:}]/g, isCode)
      const asked = `${options}.transport`
      return (
        factory && `${all.slice(0, -asked.length)}(${capture}?.serveStdio(${factory},${options})??${asked})`
      )
    },
    published: { of: official, head: /\b(?:function|const|let|var)\s+serveStdio\b/ },
  },
  {
    name: 'createMcpHandler()',
    word: /createMcpHandler|The 'legacy' option only accepts/,
    pattern:
      /(?:typeof\s+[\w$.]+\s*={2,3}\s*["'`]function["'`]|["'`]function["'`]\s*={2,3}\s*typeof\s+[\w$.]+)(?=\s*\)\s*\{?\s*throw\s*(?:new\s+)?TypeError\(\s*["'`]The 'legacy' option only accepts)/g,
    hook: (match, isCode) => {
      const modern = /\b([\w$]+)\((?:[\w$.]+\((?:\{\s*\},\s*)?)*\s*\{\s*era:\s*["'`]modern["'`]/g
      const factory = factoryNear(match, modern, isCode)
      return factory && `(${capture}?.createMcpHandler(${factory}),${match[0]})`
    },
    published: { of: official, head: /\b(?:function|const|let|var)\s+createMcpHandler\b/ },
  },
  {
    // Of the framework called fastmcp, whose source also names its `httpStream` transport.
    name: 'start()',
    word: /httpStream/,
    pattern:
      /async start\(([\w$]+)(?:\s*=\s*\{[^{}]*\})?\)\s*\{(?=[^{}]{0,160}?(?:\.transportType\s*===?\s*["'`]stdio["'`]|["'`]stdio["'`]\s*===?\s*[\w$]+\.transportType))/g,
    hook: ([all, options]) =>
      `${all}const caught=${capture}?.start(this,${options});if(caught===false)return;if(caught)${options}=caught;`,
    published: { of: framework, head: /^\s+(?:async\s+)?start\s*[(=]/m },
  },
  {
    // The constructor that listens to what its server has to say, which went to stdout.
    name: 'StdioTransport',
    word: /\.stdin\.setEncoding/,
    pattern:
      /constructor\(([\w$]+)\)\s*\{(?=\s*this\.#[\w$]+\s*=\s*\1\s*[;,]\s*this\.#[\w$]+\.(?:add\(\s*this\.#[\w$]+\.)?on\(\s*["'`](?:send|initialize)["'`])/g,
    hook: ([all, server]) => `${all}${server}=${capture}?.mute(this,${server})??${server};`,
    published: { of: tmcp, head: /\bconstructor\s*\(/ },
  },
  {
    name: 'listen()',
    word: /\.stdin\.setEncoding/,
    pattern: /(?<![\w$.])listen\(([\w$]*)\)\s*\{(?=[^}]{0,300}\.stdin\.setEncoding\()/g,
    hook: ([, custom]) =>
      `listen(${custom || '...custom'}){if(${capture}?.listen(this,${custom || 'custom[0]'}))return;`,
    published: { of: tmcp, head: /\blisten\s*\(/ },
  },
]
