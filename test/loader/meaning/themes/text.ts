import { esm, type Theme, tells } from '../case.ts'

const erasable = 'export const x: number = 1\n'
const told = (value: string) => `${erasable}${tells(value)}`

/** What stands in a file, and what the file is called. */
export const text: Theme = {
  'words that look like an import': {
    files: esm(
      `const described: string[] = ['asks import (optional) fields', "await import (name) or import.meta.url", \`import('x')\`]\n${tells('described')}`,
    ),
    expected: ['asks import (optional) fields', 'await import (name) or import.meta.url', "import('x')"],
    follows: 'ECMAScript: strings are not code (F-B8)',
  },
  'words that look like an SDK': {
    files: esm(
      `const code: string = \`class Server { constructor() { this._requestHandlers = new Map() }
  async connect(transport) { this._transport = transport }
  setRequestHandler(schema, handler) {} }\`\n${tells('code.split("\\n")')}`,
    ),
    expected: [
      'class Server { constructor() { this._requestHandlers = new Map() }',
      '  async connect(transport) { this._transport = transport }',
      '  setRequestHandler(schema, handler) {} }',
    ],
    follows: 'ECMAScript (F-B8)',
  },
  'code that looks like an SDK': {
    files: esm(
      `class Server { _requestHandlers = new Map(); _transport?: unknown\n  async connect(transport: unknown) { this._transport = transport }\n  setRequestHandler() {} }\nconst server = new Server()\nawait server.connect('mine')\n${tells('[server._transport, /fastmcp|Symbol/.test(String(server.connect))]')}`,
    ),
    expected: ['mine', false],
    follows: 'Node: a class of the user’s is run as it is',
  },
  'words of CommonJS in a string': {
    files: esm(told("['require.main === module', `module.parent`, 'exports.__esModule', '__dirname']")),
    expected: ['require.main === module', 'module.parent', 'exports.__esModule', '__dirname'],
    follows: 'ECMAScript',
  },
  'import in regular expressions and templates': {
    files: esm(
      `const found = /import\\s*\\(/.exec('an import (x)')?.[0]\nconst tag = (all: TemplateStringsArray) => all.raw[0]\n${tells('[found, tag`\\u0041 import(x) ${0}`, `${[1].map((n) => `in ${n} import(y)`)}`]')}`,
    ),
    expected: ['import (', '\\u0041 import(x) ', 'in 1 import(y)'],
    follows: 'ECMAScript',
  },
  'methods that are called import and require': {
    files: esm(
      `const loader = { import: (x: string) => 'mine ' + x, require(x: string) { return 'own ' + x } }\nconst name: string = 'a'\n${tells('[loader.import(name), loader.require(name), loader?.import(name), ({ import(n: number) { return n } }).import(1)]')}`,
    ),
    expected: ['mine a', 'own a', 'mine a', 1],
    follows: 'ECMAScript',
  },
  'letters of other scripts': {
    files: esm(
      told(
        "['žluťoučký', '日本語', '👩‍👩‍👧', '\\u2028\\u{1F600}', `\u00a0\u2003`, 'é' === 'é'.normalize('NFC')]",
      ),
    ),
    expected: ['žluťoučký', '日本語', '👩‍👩‍👧', '\u2028😀', '\u00a0\u2003', true],
    follows: 'ECMAScript',
  },
  'a text with a byte order mark': {
    files: esm(`\uFEFF${told('x')}`, {}),
    expected: 1,
    follows: 'Node and tsc',
  },
  'JSON and a tsconfig with byte order marks': {
    files: {
      'package.json': '\uFEFF{ "type": "module" }',
      'tsconfig.json': '\uFEFF{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      'entry.ts': `import { a } from '@/a'\n${tells('a')}`,
      'src/a.ts': 'export const a: number = 1',
    },
    expected: 1,
    follows: 'tsc',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
  },
  'a hashbang': {
    files: esm(`#!/usr/bin/env -S npx tsx\n${told('new Error().stack.includes("entry.ts:3:") as boolean')}`),
    expected: true,
    follows: 'ECMAScript: it is a remark, and a line',
  },
  'a mark and lines as of Windows': {
    files: esm(`${erasable}const lines: string = \`a\nb\`\n${tells('[lines, x]')}`.replaceAll('\n', '\r\n')),
    expected: ['a\nb', 1],
    follows: 'ECMAScript: templates have line feeds, whatever the file has',
  },
  'a file with nothing in it, and one with types alone': {
    files: esm(`import './nothing.ts'\nimport * as types from './types.ts'\n${tells('Object.keys(types)')}`, {
      'nothing.ts': '',
      'types.ts': 'export interface A { a: 1 }\nexport type B = A',
    }),
    expected: [],
    follows: 'TypeScript',
  },
  'a source map that is not its own': {
    files: esm(
      `${erasable}const stack = new Error('here').stack ?? ''\n${tells('/entry\\.ts:2:15/.test(stack)')}\n//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbIm90aGVyLnRzIl0sIm1hcHBpbmdzIjoiQUFBQSJ9\n`,
    ),
    expected: true,
    follows: 'Node, which strips types and reads no maps unless it is told to',
    tsx: { value: false },
  },
  'names of files with odd letters': {
    entry: 'my dir #1 100%/ent ry.ts',
    files: {
      'package.json': '{ "type": "module" }',
      'my dir #1 100%/ent ry.ts': `import { a } from './li b%23.js'\nimport { b } from '../😀/b.ts'\nconst n: string = 'ü'\n${tells('[a, b, (await import(`../${n}/c.ts`)).c, import.meta.url, import.meta.dirname]')}`,
      'my dir #1 100%/li b#.ts': 'export const a: number = 1',
      '😀/b.ts':
        "import { readFileSync } from 'node:fs'\nexport const b: string = readFileSync(new URL('./ü ?.txt'.replace('?', '%3F'), import.meta.url), 'utf8')",
      '😀/ü ?.txt': 'read',
      'ü/c.ts': 'export const c: number = 3',
    },
    expected: [
      1,
      'read',
      3,
      'file://<folder>/my%20dir%20%231%20100%25/ent%20ry.ts',
      '<folder>/my dir #1 100%',
    ],
    follows: 'Node: names of modules are parts of addresses',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
  },
  'names of files of CommonJS with odd letters': {
    entry: 'my dir #1 100%/ent ry.cts',
    files: {
      'my dir #1 100%/ent ry.cts': `const { a } = require('./li b#.cts')\n${tells('[a as number, __filename]')}`,
      'my dir #1 100%/li b#.cts': 'exports.a = 1 as number',
    },
    expected: [1, '<folder>/my dir #1 100%/ent ry.cts'],
    follows: 'Node: names of require are paths',
  },
  'an entry that is a link': {
    entry: 'link.ts',
    files: {
      'package.json': '{ "type": "module" }',
      'link.ts': { link: 'real/entry.ts' },
      'real/entry.ts': `import { a } from './a.ts'\n${tells('[a, import.meta.url]')}`,
      'real/a.ts': 'export const a: number = 1',
    },
    expected: [1, 'file://<folder>/real/entry.ts'],
    follows: 'Node: a link is where it leads',
    without: ['saved'],
  },
  'a file that is a link': {
    files: esm(
      `import { held as a } from './link.ts'\nimport { held as b } from './real/a.ts'\n${tells('a === b')}`,
      {
        'link.ts': { link: 'real/a.ts' },
        'real/a.ts': 'export const held: object = {}',
      },
    ),
    expected: true,
    follows: 'Node',
  },
  'an entry without extension': {
    entry: 'bin/server',
    server: 'commonjs',
    files: {
      'bin/server': `#!/usr/bin/env node\nconst { a } = require('../lib.cjs')\n${tells('a')}`,
      'lib.cjs': 'exports.a = 1',
    },
    expected: 1,
    follows: 'Node: such a file is JavaScript (F-B10)',
  },
  'an entry without extension, of ES modules': {
    entry: 'bin/server',
    files: {
      'package.json': '{ "type": "module" }',
      'bin/server': `#!/usr/bin/env node\nimport { a } from '../lib.js'\n${tells('[a, import.meta.url]')}`,
      'lib.js': 'export const a = 1',
    },
    expected: [1, 'file://<folder>/bin/server'],
    follows: 'Node',
  },
  'a syntax that is new': {
    files: esm(
      told(
        "[/[\\p{L}--[a-z]]/v.test('A'), 1_000, 10n ** 2n === 100n, 'ab'.at(-1), (x as number | null) ?? 2]",
      ),
    ),
    expected: [true, 1000, true, 'b', 1],
    follows: 'the Node that runs it',
  },
  'eval sees what is around it': {
    files: esm(
      `const hidden: number = 41\nconst add = (n: number) => eval('hidden + n')\n${tells('[add(1), (0, eval)("typeof hidden")]')}`,
    ),
    expected: [42, 'undefined'],
    follows: 'ECMAScript: names in a module stay what they are',
  },
  'names that a compiler may want': {
    files: esm(
      `const __name: number = 1, __export = 2, __defProp = 3, __toESM = 4, exports = 5, module = 6, require = 7\nclass Held { static n = 8 }\nconst arrow = () => Held.n\n${tells('[__name, __export, __defProp, __toESM, exports, module, require, arrow(), arrow.name]')}`,
    ),
    expected: [1, 2, 3, 4, 5, 6, 7, 8, 'arrow'],
    follows: 'ECMAScript: an ES module has none of these names',
  },
  'globals that files set and read': {
    files: esm(
      `import './set.ts'\ndeclare global { var held: number }\n${tells('[held, globalThis.held, typeof globalThis.x]')}`,
      {
        'set.ts': 'globalThis.held = 3\nvar x: number = 1\nexport { x }',
      },
    ),
    expected: [3, 3, 'undefined'],
    follows: 'ECMAScript',
  },
}
