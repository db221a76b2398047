import { missingRemedy } from '../../../src/loader/missing-module.ts'
import { table } from '../../support/table.ts'

const install = (name: string) => [`  to install it: npm i ${name}`]

table('missingRemedy', missingRemedy, [
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
