import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, keepCompiledModules } from '../files/cache-folder.ts'
import { hashOf, readSealed } from '../files/checked-file.ts'
import { answerTo } from '../options/help/program-help.ts'
import { keepCodeLater, runScript } from '../process/cached-script.ts'
import { exitCodes, messageOf } from '../terminal/errors.ts'
import { say, writeAnswer } from '../terminal/output.ts'

declare const __CLI_HASH__: string
declare const __CLIENT_HASH__: string

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

/** A script of ours beside this file, and what its build gave as its hash. */
const scripts = { cli: __CLI_HASH__, client: __CLIENT_HASH__ }

/** `import()` for the script, with the only attribute that Node knows. */
const importFor =
  (command: string) =>
  (specifier: string, options?: ImportCallOptions): Promise<unknown> => {
    if (specifier === './client.cjs') return clientFor(command)
    return options === undefined ? import(specifier) : import(specifier, { with: { type: 'json' } })
  }

/** The one that the process has. */
let client: Promise<unknown> | undefined

/** The official client, with the part of its code cache that a command needs. */
function clientFor(command: string): Promise<unknown> {
  client ??= Promise.resolve().then(() => runKept('client', command, {}))
  return client
}

function mainFor(command: string): Main {
  const url = new URL('./cli.cjs', import.meta.url).href
  const scope = { __url: url, __dirname: dirname(fileURLToPath(url)), __import: importFor(command) }
  return runKept('cli', command, scope).main as Main
}

/** The text of a file of this program, which cannot go on without it. */
function ownFile(path: string): string {
  try {
    // The build writes nothing but ASCII, which is a string at once.
    return readFileSync(path, 'latin1')
  } catch (error) {
    say(`a file of fastmcp itself cannot be read: ${messageOf(error)}`)
    process.exit(exitCodes.failed)
  }
}

/** Runs a script through the code cache that is kept of it for a command. */
function runKept(name: keyof typeof scripts, command: string, scope: object): Record<string, unknown> {
  const path = fileURLToPath(new URL(`./${name}.cjs`, import.meta.url))
  const script = { path, code: ownFile(path) }
  const folder = codeCachedCommands.includes(command) ? cacheFolder(process.env) : undefined
  if (folder === undefined) return runScript(script, undefined, { ...scope }).exports
  // V8 keeps the script's name, too, which every frame then shows: another installation has a code cache of its own.
  const hash = hashOf(`${scripts[name]}\n${path}`).slice(0, 24)
  const kept = join(folder, `${name}-${hash}-${process.version}-${process.arch}-${command}.cache`)
  const codeCache = readSealed(kept)
  const { exports, compiled } = runScript(script, codeCache, { ...scope })
  if (!codeCache || compiled.cachedDataRejected) keepCodeLater(compiled, kept)
  return exports
}
