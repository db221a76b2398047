import { readFileSync } from 'node:fs'
import { factoryNames, serverNames } from './choose.ts'

/** What is expected of a module before it runs. */
export interface ModuleHints {
  /** Whether it seems to export a server or a factory. Its entry guards then stay shut. */
  readonly exportsServer: boolean
  /** Whether what starts servers while it loads is to be caught. */
  readonly capture: boolean
  /** Whether it may yet start a server on stdio, so that one on a port is not all there is. */
  readonly speaksStdio: boolean
  /** Whether it has a block that is meant for the program itself. */
  readonly guarded: boolean
}

/** Expects something of a module by its text, which need not be right: what was caught and exported decides. */
export function hintsOf(file: string, exportName: string | undefined): ModuleHints {
  const text = readFileSync(file, 'utf8')
  const seen = staticExports(text)
  // Help texts and prompts hold examples of code, which the whole text is looked through for only if it matters.
  const found = seemsToExport(seen) ? staticExports(codeOnly(text)) : seen
  const exportsServer = exportName !== undefined || seemsToExport(found)
  const starts =
    exportName !== undefined && !serverNames.includes(exportName) && !factoryNames.includes(exportName)
  return {
    exportsServer,
    capture: !exportsServer || starts || found.more || listensAnyway.test(text),
    speaksStdio: /Stdio(Server)?Transport\b|serveStdio|transportType/.test(text),
    guarded: found.guarded,
  }
}

/** A transport of tmcp takes hold of stdin and stdout where it is made, whatever its module exports. */
const listensAnyway = /\bnew StdioTransport\(/

const seemsToExport = (found: StaticExports) =>
  found.more || found.names.some((name) => seemsServer(found, name))

function seemsServer(found: StaticExports, name: string): boolean {
  const value = found.initializer(name) ?? ''
  if (serverNames.includes(name) || factoryNames.includes(name)) return !otherApp.test(value)
  return /^(await\s+)?new\s+[\w$.]*(Server|MCP|Mcp)\b/.test(value)
}

/** Web frameworks and Node's own servers, which are called `app` and `server` as well. */
const otherApp =
  /^(await\s+)?(createMcpHandler\b|express|fastify|polka|restify|connect|https?\.)|^(await\s+)?[\w$.]*[fF]astify\(|^new\s+(Hono|Koa|Elysia|Application|OpenAPIHono|Express)\b|^createServer\(\s*(\(|async|app|req|handler)/

/** What a module's text tells before any of it runs. */
interface StaticExports {
  /** The names it exports, as far as the text tells. */
  readonly names: readonly string[]
  /** Whether it exports what other files name (`export * from`). */
  readonly more: boolean
  /** The beginning of what a name is set to, where the text says so. */
  initializer(name: string): string | undefined
  /** Whether it has a block that is meant for the program itself. */
  readonly guarded: boolean
}

/**
 * Reads a module's exports off its text: JavaScript and TypeScript, ES modules, minified too, and CommonJS where it is
 * written in lines, since a bundle holds the exports of many other modules.
 */
function staticExports(source: string): StaticExports {
  const text = source.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
  const names = new Set<string>()
  for (const [, name] of text.matchAll(
    /\bexport\s+(?:const|let|var|class|(?:async\s+)?function\*?)\s+([\w$]+)/g,
  ))
    if (name) names.add(name)
  for (const [, list = ''] of text.matchAll(/\bexport\s*\{([^}]*)\}/g))
    for (const one of list.split(',')) names.add(one.trim().split(/\s+/).at(-1) ?? '')
  if (/\bexport\s+default\b|^(?:module\.exports|export)\s*=\s*[^{\s]/m.test(text)) names.add('default')
  for (const [, list = ''] of text.matchAll(/^(?:module\.exports|export)\s*=\s*\{([^}]*)\}/gm))
    for (const one of list.split(',')) names.add(/^\s*([\w$]+)/.exec(one)?.[1] ?? '')
  for (const [, name] of text.matchAll(/^exports\.([\w$]+)\s*=[^=]/gm)) if (name) names.add(name)
  names.delete('')
  return {
    names: [...names],
    more: /\bexport\s*\*\s*from\b|__exportStar\(|__export\(/.test(text),
    initializer: (name) => initializerIn(text, name),
    guarded: /import\.meta\.main\b|process\.argv\[1\]|require\.main\b|module\.parent\b|isMain\(/.test(text),
  }
}

/**
 * A module's text without what only looks like code: comments, and what stands in strings, templates and regular
 * expressions. What is in a template inside a template stays.
 */
function codeOnly(source: string): string {
  return source.replace(notCode, (all) => {
    if (/^\/[/*]/.test(all)) return ' '
    return all.startsWith('/') ? '0' : `${all[0]}${all[0]}`
  })
}

const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//
const quoted = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/
/** A slash begins one where no value has come before it. */
const regularExpression =
  /(?<=(?:[=(,:;!&|?{}[\n+]|=>|\breturn)[ \t]*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/
const notCode = new RegExp([comment, quoted, regularExpression].map(({ source }) => source).join('|'), 'g')

function initializerIn(text: string, name: string): string | undefined {
  if (name === 'default') {
    const [, value] =
      /\b(?:export\s+default|module\.exports\s*=|^\s*export\s*=)\s+([^\n;]{1,80})/m.exec(text) ?? []
    const variable = /^([\w$]+)\s*$/.exec(value ?? '')?.[1]
    return variable === undefined ? value : (initializerIn(text, variable) ?? value)
  }
  const escaped = name.replace(/\$/g, '\\$')
  const pattern = new RegExp(
    `\\b(?:(?:const|let|var)\\s+${escaped}\\b[^=\\n]*=|exports\\.${escaped}\\s*=)\\s*([^\\n;]{1,80})`,
  )
  return pattern.exec(text)?.[1]
}
