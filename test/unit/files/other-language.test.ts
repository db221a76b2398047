import { otherLanguage, programFor } from '../../../src/files/other-language.ts'
import { table } from '../../support/table.ts'

const python = process.platform === 'win32' ? 'python' : 'python3'

table('programFor', programFor, [
  ['server.py', `${python} server.py`],
  ['SERVER.PY', `${python} SERVER.PY`],
  ['my server.py', `${python} 'my server.py'`],
  ['run.sh', 'sh run.sh'],
  ['cmd/main.go', 'go run cmd/main.go'],
  ['src/main.rs', 'cargo run --manifest-path Cargo.toml'],
  ['build/server.jar', 'java -jar build/server.jar'],
  ['server.exe', 'server.exe'],
  ['notes.txt', undefined],
  ['server.ts', undefined],
  ['server', undefined],
  ['a.constructor', undefined],
])

const lineOf = (file: string) =>
  otherLanguage(file).map((line) => line.replace(/npx fastmcp-cli|npx fastmcp/, 'fastmcp'))

table('otherLanguage', lineOf, [
  ['server.py', [`  other programs: fastmcp run --exec "${python} server.py"`]],
  ['notes.md', []],
])
