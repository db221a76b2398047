import { readFileSync } from 'node:fs'
import { factoryNames, serverNames } from './choose.ts'
import { codeOnly, exportsIn, type StaticExports } from './meaning/lexers.ts'

/** Expectations about a module before it runs. */
export interface ModuleHints {
  /** Whether it seems to export a server or a factory. Then its entry guards evaluate to false. */
  readonly exportsServer: boolean
  /** Whether to capture servers that start while it loads. */
  readonly capture: boolean
  /** Whether it exports only factories, one of which it may call itself. */
  readonly onlyMakes: boolean
  /** Whether it may still start a server on stdio after one on a port. */
  readonly speaksStdio: boolean
  /** Whether it has a block that runs only as the main module. */
  readonly guarded: boolean
}

/** Guesses from a module's text, which may be wrong: what was captured and exported decides. */
export function hintsOf(file: string, exportName: string | undefined): ModuleHints {
  const text = readFileSync(file, 'utf8')
  const found = exportsIn(text)
  const exportsServer = exportName !== undefined || seemsToExport(text, found)
  const otherName =
    exportName !== undefined && !serverNames.includes(exportName) && !factoryNames.includes(exportName)
  const mayStart = exportName === undefined && exportsServer && startsAnyway(text, found)
  const makes = exportName === undefined && exportsServer && !found.more && onlyMakes(text, found)
  return {
    exportsServer,
    onlyMakes: makes,
    capture: !exportsServer || otherName || found.more || makes || mayStart,
    speaksStdio: /Stdio(Server)?Transport\b|serveStdio|transportType/.test(text),
    guarded: guard.test(text) && guard.test(codeOnly(text)),
  }
}

/**
 * Whether a module seems to pass options to its own `run()`. Then the default port is bound only after the module has
 * loaded, since it may name another.
 */
export const mayConfigureItself = (file: string): boolean =>
  /\.\s*(run(Async)?|start|listen)\s*\(\s*[^\s)]|\bserve\s*\(\s*\{/.test(readFileSync(file, 'utf8'))

/**
 * Whether a module that seems to export a server may still start one itself: its export comes from a call or another
 * file, and may just as well be an app or an object that is started. A tmcp transport attaches to stdin when it is
 * created.
 */
function startsAnyway(text: string, { names }: StaticExports): boolean {
  if (/\bnew StdioTransport\(/.test(text)) return true
  const finds = (pattern: RegExp) => pattern.test(text) && pattern.test(codeOnly(text))
  return [...names].some(([name, local]) => {
    const value = initializerIn(text, name, local) ?? ''
    if (!seemsServer(name, value)) return false
    if (/^(?:await\s+)?[\w$.]+\(/.test(value)) return finds(starts)
    const variable = escaped(local ?? /\bexport\s+default\s+([\w$]+)\s*;?$/m.exec(text)?.[1] ?? name)
    const calls = (methods: string) => finds(new RegExp(`(?<![.\\w$])${variable}\\.${methods}\\w*\\s*\\(`))
    const exported = !factoryNames.includes(name) || name === 'default'
    if (exported && /^[\w$.]*$/.test(value)) return finds(starts)
    if (exported && /^new\s/.test(value) && !isOfSdk(value, text)) return finds(starts) || calls('')
    // A `FastMCP` of this package reports to the runner anyway.
    return calls('start') || (!/^new\s+FastMCP\b/.test(value) && calls('run'))
  })
}

/** Whether a class is from an SDK, which serves only when connected; Node has a `Server` class too. */
const isOfSdk = (value: string, text: string): boolean =>
  /^new\s+[\w$.]*\b(?:FastMCP|McpServer)\b/.test(value) ||
  (/^new\s+[\w$.]*\bServer\b/.test(value) && !/['"](?:node:)?https?['"]/.test(text))

/** Calls that start a server, of an SDK or on a port. */
const starts = /\.(?:listen|connect|run|start)\w*\s*\(|\bserve(?:Stdio)?\s*\(/

const escaped = (name: string) => name.replace(/\$/g, '\\$')

const onlyMakes = (text: string, { names }: StaticExports): boolean =>
  serverNames.every((name) => !names.has(name) || (name === 'default' && defaultFunction.test(text)))

const defaultFunction = /\bexport\s+default\s+(?:async\s+)?(?:function\b|\()/

/** Entry guards: a module checks whether it is the main module, directly or by a helper. */
const guard = new RegExp(
  [
    /\bmeta\.main\b/,
    /\bargv(?:\?\.)?(?:\[1\]|\.at\(1\))/,
    /\[\s*[\w$]*\s*,\s*[\w$]+[^\]]*\]\s*=\s*(?:process\.)?argv\b/,
    /require\.main\b|module\.parent\b/,
    /\b(?:is|es)Main\w*\(/,
    /\b(?:is|was|runIf|if)\w*(?:Main|C[Ll][Ii]|Direct(?:ly|Run)?|Entry(?:[Pp]oint)?|Executed|Invoked)(?:Module|File|Script)?\(/,
    /\bif\s*\(\s*!?(?:await\s+)?[\w$.]+\(\s*import\.meta\b/,
    /[\w$]\(\s*import\.meta(?:\.url)?\s*\)\s*(?:&&|\?)/,
  ]
    .map(({ source }) => source)
    .join('|'),
)

function seemsToExport(text: string, { names, more }: StaticExports): boolean {
  return more || [...names].some(([name, local]) => seemsServer(name, initializerIn(text, name, local) ?? ''))
}

function seemsServer(name: string, value: string): boolean {
  if (serverNames.includes(name) || factoryNames.includes(name)) return !otherApp.test(value)
  return /^(await\s+)?new\s+[\w$.]*(Server|MCP|Mcp)\b/.test(value)
}

/** Web frameworks and Node's own servers, which are often named `app` and `server` too. */
const otherApp =
  /^[^(]*\.listen\s*\(|^[\w$.]+\([^()]*\)\.listen\s*\(|^serve\s*\(|^new\s+https?\.Server\b|^(await\s+)?(createMcpHandler\b|express|fastify|polka|restify|connect|createSecureServer|http[s2]?\.)|^(await\s+)?[\w$.]*[fF]astify\(|^new\s+(Hono|Koa|Elysia|Application|OpenAPIHono|Express)\b|^createServer\(\s*(?:[\w$.]+,\s*|\{[^{}]*\},\s*)?(\(|async|app|req|handler)/

/** The start of an export's initializer, if it is in the text. */
function initializerIn(text: string, name: string, local: string | undefined): string | undefined {
  if (local === undefined) {
    const [, value] =
      /(?:\bexport\s+default|\bmodule\.exports\s*=|^\s*export\s*=)\s+([^\n;]{1,80})/m.exec(text) ?? []
    const variable = /^([\w$]+)\s*$/.exec(value ?? '')?.[1]
    return variable === undefined ? value : (declaredIn(text, variable) ?? value)
  }
  return declaredIn(text, local) ?? declaredIn(text, name)
}

/** The initializer of a module variable; a function's variable may have the same name. */
function declaredIn(text: string, name: string): string | undefined {
  const word = escaped(name)
  const pattern = new RegExp(
    `\\b(?:(?:const|let|var)\\s+${word}\\b[^=\\n]*=|exports\\.${word}\\s*=)\\s*([^\\n;]{1,80})`,
    'g',
  )
  const all = [...text.matchAll(pattern)]
  if (all.length < 2) return all[0]?.[1]
  const code = codeOnly(text)
  return (all.find(({ index }) => code[index] !== ' ' && depthAt(code, index) === 0) ?? all[0])?.[1]
}

/** The nesting depth of brackets at a position. */
const depthAt = (code: string, position: number): number =>
  (code.slice(0, position).match(/[{([]/g) ?? []).length -
  (code.slice(0, position).match(/[\])}]/g) ?? []).length
