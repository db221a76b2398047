import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { getEnvironmentData, isMainThread } from 'node:worker_threads'
import { firstKey, workerFileKey } from '../patches/node/typescript-children.ts'
import { version } from '../process/version.ts'
import { believesToBeMain, importModule, prepare } from './import-module.ts'

// Loaded in workers and forks of user code before their own file, and with a parameter for a file that comes before that.
const here = new URL(import.meta.url)
const first = here.searchParams.get(firstKey)
const options = { cache: true, env: process.env, version, main: undefined }
if (first === null) await prepareProgram()
else await importModule(resolve(first), options)

/** Node itself runs the program, by the hooks that are there from here on. */
async function prepareProgram(): Promise<void> {
  // A thread that is given a text has no file.
  const path = isMainThread ? process.argv[1] : (getEnvironmentData(workerFileKey) as string | undefined)
  const file = path !== undefined && existsSync(path) ? realpathSync(path) : undefined
  const cache = file !== undefined
  const { modules, keepSoon } = await prepare(file ?? fileURLToPath(here), { ...options, cache })
  // The program is to see no words but its own.
  const at = process.execArgv.indexOf(here.href)
  if (at > 0) process.execArgv.splice(at - 1, 2)
  if (file === undefined) return
  believesToBeMain(file, pathToFileURL(file).href, modules)
  keepSoon()
}
