import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { readEnvFile } from '../../../src/files/env-file.ts'
import { refused, table } from '../../support/table.ts'

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-env-'))
after(() => rmSync(folder, { recursive: true }))

const read = (content: string | Uint8Array) => {
  writeFileSync(join(folder, '.env'), content)
  return Object.fromEntries(readEnvFile('.env', folder))
}

table('readEnvFile', read, [
  ['', {}],
  ['A=1\nB=two words\n', { A: '1', B: 'two words' }],
  ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['\uFEFFA=1', { A: '1' }],
  ['# comment\nexport A=1 # more\n', { A: '1' }],
  ['A="a\nb"\nC=\'# no comment\'', { A: 'a\nb', C: '# no comment' }],
  ['A=1\nA=2', { A: '2' }],
  ['A=b=c', { A: 'b=c' }],
  ['A=', { A: '' }],
  ['A=grün 🚆', { A: 'grün 🚆' }],
  ['__proto__=x\nconstructor=y', JSON.parse('{"__proto__":"x","constructor":"y"}')],
  [Buffer.from('\uFEFFA=1\n', 'utf16le'), { A: '1' }, 'as editors of Windows may save it'],
  [Uint8Array.of(0x41, 0x3d, 0xff), refused(/^--env-file \.env: it is not UTF-8/)],
])

table('readEnvFile, of what is none,', (path: string) => readEnvFile(path, folder), [
  ['missing', refused(/^--env-file missing: .*file/)],
  ['.', refused(/^--env-file \.: .*folder/)],
])
