import { readFileSync } from 'node:fs'
import { root } from './program.ts'

/** The version of the package under test. */
export const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
