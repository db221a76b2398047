import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { getEnvironmentData, isMainThread } from 'node:worker_threads'
import { firstKey, workerFileKey } from '../patches/node/typescript-children.ts'
import { version } from '../process/version.ts'
import { believesToBeMain, importModule, prepare } from './import-module.ts'

// Preloaded by workers and forks of user code; with a parameter it loads the file that `--import` or `--require` named.
const here = new URL(import.meta.url)
const first = here.searchParams.get(firstKey)
const options = { cache: true, env: process.env, version, main: undefined }
if (first === null) await prepareProgram()
else await importModule(resolve(first), options)

/** Installs the hooks through which Node then runs the program itself. */
async function prepareProgram(): Promise<void> {
  // A worker started with `eval` has no file.
  const path = isMainThread ? process.argv[1] : (getEnvironmentData(workerFileKey) as string | undefined)
  const file = path !== undefined && existsSync(path) ? realpathSync(path) : undefined
  const cache = file !== undefined
  const { modules, keepSoon } = await prepare(file ?? fileURLToPath(here), { ...options, cache })
  // Hidden from the program, which did not ask for this preload.
  const at = process.execArgv.indexOf(here.href)
  if (at > 0) process.execArgv.splice(at - 1, 2)
  if (file === undefined) return
  believesToBeMain(file, pathToFileURL(file).href, modules)
  keepSoon()
}
