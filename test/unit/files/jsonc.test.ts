import { parseJsonc } from '../../../src/files/jsonc.ts'
import { refused, table } from '../../support/table.ts'

const huge = 'x'.repeat(100_000)

table('parseJsonc', parseJsonc, [
  ['{}', {}],
  ['\uFEFF{"a": 1}', { a: 1 }],
  ['// first\r\n{\r\n  "a": 1, // one\r\n}\r\n', { a: 1 }],
  ['{ /* in\nlines */ "a": [1, 2,], }', { a: [1, 2] }],
  ['{"a": "// no, /* no */ no,}"}', { a: '// no, /* no */ no,}' }, 'what only looks like a comment'],
  ['{"a\\"//": ",]"}', { 'a"//': ',]' }],
  ['{"a": "é\\u00e9", /* ü */ "ß": 1}', { a: 'éé', ß: 1 }],
  ['{"a": /**/ 1 /***/}', { a: 1 }],
  ['{"a": 1 , // last\n // more\n}', { a: 1 }, 'a comment behind the last comma'],
  ['{"__proto__": {"a": 1}}', JSON.parse('{"__proto__": {"a": 1}}')],
  [`"${huge}"`, huge],
  ['', refused(/JSON/)],
  ['// only this', refused(/JSON/)],
  ['[1,,]', refused(/JSON/)],
  ['{"a": 1 /* open', refused(/JSON/)],
  ['{\n  "a": 1,\n  b: 2\n}', refused(/\(line 3 column 3\)$/), 'says where, also below comments'],
  ['/* a\n b */ {\n "a": nope }', refused(/\(line 3 column 8\)|is not valid JSON/)],
])
