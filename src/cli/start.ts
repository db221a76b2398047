import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, keepCompiledModules } from '../files/cache-folder.ts'
import { hashOf, readSealed } from '../files/checked-file.ts'
import { answerTo } from '../options/help/program-help.ts'
import { keepCodeLater, runScript } from '../process/cached-script.ts'
import { exitCodes } from '../terminal/errors.ts'
import { writeAnswer } from '../terminal/output.ts'

declare const __CLI_HASH__: string

type Main = (argv: readonly string[]) => Promise<number>

/** What clients or people wait for. Each calls other parts of the script, so each has a code cache of its own. */
const codeCachedCommands = ['run', 'call', 'list', 'inspect']

/** Runs the command line, which is one script, because every module that Node loads costs start-up time. */
export async function start(argv: readonly string[]): Promise<number> {
  const answer = answerTo(argv)
  if (answer === undefined) {
    keepCompiledModules()
    return mainFor(argv[0] ?? '')(argv)
  }
  writeAnswer(answer)
  return exitCodes.ok
}

/** `import()` for the script, with the only attribute that Node knows. */
const importFor = (specifier: string, options?: ImportCallOptions): Promise<unknown> =>
  options === undefined ? import(specifier) : import(specifier, { with: { type: 'json' } })

function mainFor(command: string): Main {
  const url = new URL('./cli.cjs', import.meta.url).href
  const path = fileURLToPath(url)
  const scope = { __url: url, __dirname: dirname(path), __import: importFor }
  const script = { path, code: readFileSync(path, 'utf8') }
  const folder = codeCachedCommands.includes(command) ? cacheFolder(process.env) : undefined
  if (folder === undefined) return runScript(script, undefined, scope).exports.main as Main
  // V8 keeps the script's name, too, which every frame then shows: another installation has a code cache of its own.
  const hash = hashOf(`${__CLI_HASH__}\n${path}`).slice(0, 24)
  const kept = join(folder, `cli-${hash}-${process.version}-${process.arch}-${command}.cache`)
  const codeCache = readSealed(kept)
  const { exports, compiled } = runScript(script, codeCache, scope)
  if (!codeCache || compiled.cachedDataRejected) keepCodeLater(compiled, kept)
  return exports.main as Main
}
