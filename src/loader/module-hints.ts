import { readFileSync } from 'node:fs'
import { factoryNames, serverNames } from './choose.ts'
import { codeOnly, exportsIn, type StaticExports } from './meaning/lexers.ts'

/** What is expected of a module before it runs. */
export interface ModuleHints {
  /** Whether it seems to export a server or a factory. Its entry guards then stay shut. */
  readonly exportsServer: boolean
  /** Whether what starts servers while it loads is to be caught. */
  readonly capture: boolean
  /** Whether all that it exports are functions that make servers, one of which it may have called itself. */
  readonly onlyMakes: boolean
  /** Whether it may yet start a server on stdio, so that one on a port is not all there is. */
  readonly speaksStdio: boolean
  /** Whether it has a block that is meant for the program itself. */
  readonly guarded: boolean
}

/** Expects something of a module by its text, which need not be right: what was caught and exported decides. */
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
 * Whether a module seems to pass options to a `run()` of its own. Then a port nobody else has named is bound
 * only when the module has loaded, since it may name one.
 */
export const mayConfigureItself = (file: string): boolean =>
  /\.\s*(run(Async)?|start|listen)\s*\(\s*[^\s)]|\bserve\s*\(\s*\{/.test(readFileSync(file, 'utf8'))

/**
 * Whether a module that seems to export a server may start one by itself: its export is what a call or another file
 * has made, which may as well be an app, or an object that is told to run. A transport of tmcp takes hold of stdin
 * where it is made.
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
    // Of a `FastMCP` of this package the runner hears anyway.
    return calls('start') || (!/^new\s+FastMCP\b/.test(value) && calls('run'))
  })
}

/** Whether a class is one of an SDK, which only serves what it is connected to; Node has a `Server`, too. */
const isOfSdk = (value: string, text: string): boolean =>
  /^new\s+[\w$.]*\b(?:FastMCP|McpServer)\b/.test(value) ||
  (/^new\s+[\w$.]*\bServer\b/.test(value) && !/['"](?:node:)?https?['"]/.test(text))

/** What starts a server, of an SDK or on a port. */
const starts = /\.(?:listen|connect|run|start)\w*\s*\(|\bserve(?:Stdio)?\s*\(/

const escaped = (name: string) => name.replace(/\$/g, '\\$')

const onlyMakes = (text: string, { names }: StaticExports): boolean =>
  serverNames.every((name) => !names.has(name) || (name === 'default' && defaultFunction.test(text)))

const defaultFunction = /\bexport\s+default\s+(?:async\s+)?(?:function\b|\()/

/** Where a module asks whether it is the program itself, or has another one ask that for it. */
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

/** Web frameworks and Node's own servers, which are called `app` and `server` as well. */
const otherApp =
  /^[^(]*\.listen\s*\(|^[\w$.]+\([^()]*\)\.listen\s*\(|^serve\s*\(|^new\s+https?\.Server\b|^(await\s+)?(createMcpHandler\b|express|fastify|polka|restify|connect|createSecureServer|http[s2]?\.)|^(await\s+)?[\w$.]*[fF]astify\(|^new\s+(Hono|Koa|Elysia|Application|OpenAPIHono|Express)\b|^createServer\(\s*(?:[\w$.]+,\s*|\{[^{}]*\},\s*)?(\(|async|app|req|handler)/

/** The beginning of what an export is set to, where the text says so. */
function initializerIn(text: string, name: string, local: string | undefined): string | undefined {
  if (local === undefined) {
    const [, value] =
      /(?:\bexport\s+default|\bmodule\.exports\s*=|^\s*export\s*=)\s+([^\n;]{1,80})/m.exec(text) ?? []
    const variable = /^([\w$]+)\s*$/.exec(value ?? '')?.[1]
    return variable === undefined ? value : (declaredIn(text, variable) ?? value)
  }
  return declaredIn(text, local) ?? declaredIn(text, name)
}

/** What a variable of the module is set to: one in a function may have the same name. */
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

/** How many brackets are open before a position in code. */
const depthAt = (code: string, position: number): number =>
  (code.slice(0, position).match(/[{([]/g) ?? []).length -
  (code.slice(0, position).match(/[\])}]/g) ?? []).length
