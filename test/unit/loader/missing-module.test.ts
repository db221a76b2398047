import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { missingRemedy } from '../../../src/loader/faults/missing-module.ts'
import { table } from '../../support/table.ts'

const install = (name: string) => [`  to install it: npm i ${name}`]

table('missingRemedy', (spec: string) => missingRemedy(spec, '/'), [
  ['zod', install('zod')],
  ['zod/v4', install('zod')],
  ['@scope/name', install('@scope/name')],
  ['@scope/name/deep/er', install('@scope/name')],
  ['./a.ts', []],
  ['/a.ts', []],
  ['node:nothing', []],
  ['bun:sqlite', []],
  ['C:\\a.ts', []],
  ['#config', [], 'of the package itself'],
  ['@/lib/a', [], 'of its tsconfig'],
  ['~/lib/a', []],
  ['@scope', []],
  ['', []],
  ['a b', []],
])

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-managers-'))
after(() => rmSync(folder, { recursive: true }))
const remedyWith = (lock: string) => {
  mkdirSync(join(folder, lock, 'src'), { recursive: true })
  writeFileSync(join(folder, lock, lock), '')
  return missingRemedy('zod', join(folder, lock, 'src'))
}
table('missingRemedy, in a project of another package manager,', remedyWith, [
  ['package-lock.json', ['  to install it: npm i zod']],
  ['pnpm-lock.yaml', ['  to install it: pnpm add zod']],
  ['yarn.lock', ['  to install it: yarn add zod']],
  ['bun.lock', ['  to install it: bun add zod']],
])
