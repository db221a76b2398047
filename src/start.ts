import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from './cache-folder.ts'
import { exitCodes } from './errors.ts'
import { writeAnswer } from './output.ts'
import { keepCodeLater, readCodeCache, runScript } from './process/cached-script.ts'
import { answerTo } from './program-help.ts'

declare const __CLI_HASH__: string

type Main = (argv: readonly string[]) => Promise<number>

/** What clients or people wait for. Each calls other parts of the script, so each has a code cache of its own. */
const hurried = ['run', 'call', 'list', 'inspect']

/** Runs the command line, which is one script, because every module that Node loads costs start-up time. */
export async function start(argv: readonly string[]): Promise<number> {
  const answer = answerTo(argv)
  if (answer === undefined) return mainFor(argv[0] ?? '')(argv)
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
  if (!hurried.includes(command)) return runScript(path, undefined, scope).exports.main as Main
  const name = `cli-${__CLI_HASH__}-${process.version}-${process.arch}-${command}.cache`
  const codeCachePath = join(cacheFolder(process.env), name)
  const codeCache = readCodeCache(codeCachePath)
  const { exports, compiled } = runScript(path, codeCache, scope)
  if (!codeCache || compiled.cachedDataRejected) keepCodeLater(compiled, codeCachePath)
  return exports.main as Main
}
