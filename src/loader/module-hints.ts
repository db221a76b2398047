import { readFileSync } from 'node:fs'
import { factoryNames, serverNames } from './choose.ts'
import { codeOnly, type StaticExports, staticExports } from './static-exports.ts'

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
