import { parseSpec } from '../../../src/loader/find-entry.ts'
import { refused, table } from '../../support/table.ts'

const there = ['with:colon.ts', 'odd:mcp']
const spec = (text: string) => {
  const { target, exportName } = parseSpec(text, (path) => there.includes(path))
  return exportName === undefined ? [target] : [target, exportName]
}

table('parseSpec', spec, [
  ['', ['']],
  ['.', ['.']],
  ['server.ts', ['server.ts']],
  ['server.ts:mcp', ['server.ts', 'mcp']],
  ['src/a b.ts:my server', ['src/a b.ts', 'my server']],
  ['C:\\a\\server.ts', ['C:\\a\\server.ts']],
  ['C:\\a\\server.ts:mcp', ['C:\\a\\server.ts', 'mcp']],
  ['c:/server.ts', ['c:/server.ts']],
  ['C:', ['C:']],
  ['a:mcp', ['a', 'mcp'], 'a file of one letter'],
  ['a:b:c', ['a:b', 'c']],
  ['with:colon.ts', ['with:colon.ts'], 'a file that is there'],
  ['odd:mcp', ['odd:mcp']],
  ['with:colon.ts:mcp', ['with:colon.ts', 'mcp']],
  [':mcp', [':mcp']],
  ['server.ts:__proto__', ['server.ts', '__proto__']],
  ['stadt/größe.ts:fähre', ['stadt/größe.ts', 'fähre']],
  ['@scope/package', ['@scope/package']],
  ['server.ts:', refused(/server\.ts:mcp$/)],
  ['http://127.0.0.1:8000/mcp', refused(/URL/)],
  ['HTTPS://a.example', refused(/URL/)],
  ['a\0b', refused(/NUL/)],
  ['x'.repeat(4097), refused(/^the server spec is/)],
])
