import { dirname } from 'node:path'
import { type CliError, loadError } from '../../terminal/errors.ts'
import { nextCommand, quotedCommand, shellWord } from '../../terminal/shell-command.ts'
import type { Capturing } from '../capturing.ts'
import { exportsLine } from '../choose.ts'
import type { ModuleExports } from '../exports-of.ts'
import type { Entry } from '../find-entry.ts'
import type { ModuleHints } from '../module-hints.ts'
import { envHint } from './env-hint.ts'
import { otherTool } from './other-tool.ts'

/** What is known about a module without a server. */
interface Searched {
  entry: Entry
  hints: ModuleHints
  capturing: Capturing | undefined
}

/**
 * Says what was found instead of a server, and the remedy.
 * @param called the function that was called for a server but did not return one.
 */
export function noServer(
  { entry, hints, capturing }: Searched,
  exports: ModuleExports,
  called: string | undefined,
): CliError {
  const { shown } = entry
  const objects = Object.keys(exports).filter(
    (name) => typeof exports[name] === 'object' && exports[name] !== null,
  )
  const guess =
    objects.length === 1
      ? [`${nextCommand(`run ${shellWord(`${shown}:${objects[0]}`)}`)}     if that is the server`]
      : []
  const exec = `${nextCommand(`run --exec ${quotedCommand(`node ${shellWord(shown)}`)}`)}     if it speaks MCP on stdio anyway`
  return loadError(
    `no MCP server in ${shown}${called === undefined ? '' : `: ${called}() neither returned nor started one`}`,
    exportsLine(exports),
    ...(capturing
      ? ['  caught    nothing: no connect(), serveStdio(), start() or listen() while it loaded']
      : []),
    ...(capturing && capturing.pending.length > 0
      ? [
          `  pending   ${capturing.pending.join(', ')}: if that starts the server, allow it more time with --load-timeout`,
        ]
      : []),
    ...(hints.guarded && hints.exportsServer
      ? ['  guard     it has a block for the program itself, which did not run']
      : []),
    ...(capturing?.lastWords.slice(-3).map((line) => `  stderr    ${line}`) ?? []),
    ...otherTool(dirname(entry.file)),
    ...envHint(entry.file, process.cwd()),
    "  to write  export const mcp = new FastMCP({ name: 'my-server' })",
    ...[...guess, ...(capturing && !entry.file.endsWith('ts') ? [exec] : [])].map(
      (line) => `            ${line}`,
    ),
  )
}
