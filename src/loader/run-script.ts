import { resolve } from 'node:path'
import { getEnvironmentData, isMainThread } from 'node:worker_threads'
import { firstKey, workerFileKey } from '../patches/node/typescript-children.ts'
import { version } from '../process/version.ts'
import { importModule } from './import-module.ts'

// Runs in place of a TypeScript file that user code starts as a worker or fork, or that such processes preload.
const first = new URL(import.meta.url).searchParams.get(firstKey)
const [node = '', , forked = '', ...args] = process.argv
const file = resolve(first ?? (isMainThread ? forked : String(getEnvironmentData(workerFileKey))))
if (first === null && isMainThread) process.argv = [node, file, ...args]
await importModule(file, { cache: true, env: process.env, version, main: first === null ? false : undefined })
