import { createRequire } from 'node:module'
import { join } from 'node:path'
import { codeOf, usageError } from '../../../terminal/errors.ts'

type Ioredis = typeof import('ioredis')

/**
 * Loads ioredis, from this program's dependencies or from the working directory.
 * @throws CliError (exit 2) when it is not installed.
 */
export function loadIoredis(): Ioredis {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(from)('ioredis') as Ioredis
    } catch (error) {
      if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw usageError('--redis needs the package ioredis, which is not installed: npm install ioredis')
}
