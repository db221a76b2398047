import { codeOf, dual, esm, type Theme, tells } from '../case.ts'

const erasable = { fails: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' } as const

/** CommonJS written in TypeScript. */
export const commonjs: Theme = {
  'import = require in an ES module': {
    files: esm(
      `import path = require('node:path')\nimport type fs = require('node:fs')\n${tells("[path.posix.basename('/a/b'), 'import x = require(1)'.length]")}`,
    ),
    expected: ['b', 21],
    follows: 'tsc, which makes a require for it',
    tsx: { fails: 'require is not defined' },
    node24: erasable,
  },
  'export = and import = require': {
    entry: 'entry.cts',
    server: 'none',
    without: ['saved'],
    files: {
      'entry.cts': `import lib = require('./lib.cts')\nimport fs = require('node:fs')\n${tells('[lib.name, typeof fs.readFileSync]')}\nexport = {}`,
      'lib.cts': "const lib: { name: string } = { name: 'lib' }\nexport = lib",
    },
    expected: ['lib', 'function'],
    follows: 'tsc',
    node24: erasable,
  },
  'import and export in a file of CommonJS': {
    entry: 'entry.cts',
    server: 'none',
    without: ['saved'],
    files: {
      'entry.cts': `import { join } from 'node:path'\nimport lib, { two } from './lib.cjs'\n${tells('[join("a", "b"), lib as unknown, two, typeof module, typeof require]')}\nexport const x = 1`,
      'lib.cts': 'export default 1\nexport const two: number = 2',
    },
    expected: ['a/b', 1, 2, 'object', 'function'],
    follows: 'tsc: .cts is CommonJS, whichever way it is written',
    node24: { fails: 'SyntaxError' },
  },
  'type: commonjs': {
    server: 'none',
    without: ['saved'],
    files: {
      'package.json': '{ "type": "commonjs" }',
      'entry.ts': `import { name } from './lib'\n${tells('[name, typeof module, typeof require, __dirname]')}\nexport {}`,
      'lib.ts': "export const name: string = 'lib'",
    },
    expected: ['lib', 'object', 'function', '<folder>'],
    follows: 'tsc and tsx: import is a way to write require there',
    node24: { fails: 'SyntaxError' },
  },
  'no type at all, and nothing but require': {
    files: {
      'package.json': '{}',
      'entry.ts': `const { name } = require('./lib.ts')\n${tells('[name as string, typeof module, __dirname]')}`,
      'lib.ts': "exports.name = 'lib' as string",
    },
    server: 'commonjs',
    expected: ['lib', 'object', '<folder>'],
    follows: 'Node: no syntax of ES modules, no ES module',
  },
  'no type at all, and import': {
    files: {
      'package.json': '{}',
      'entry.ts': `import { name } from './lib.ts'\n${tells('[name, import.meta.url]')}`,
      'lib.ts': "export const name: string = 'lib'",
    },
    expected: ['lib', 'file://<folder>/entry.ts'],
    follows: 'Node: the syntax decides',
  },
  'no type at all, and import beside __dirname and require': {
    files: {
      'package.json': '{}',
      'entry.ts': `import { name } from './lib'\nconst more = require('./more')\n${tells('[name, more.more as number, __dirname]')}`,
      'lib.ts': "export const name: string = 'lib'",
      'more.ts': 'export const more: number = 1',
    },
    expected: ['lib', 1, '<folder>'],
    follows: 'tsx: many projects of tsc’s CommonJS have no type and are written so',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
  },
  'no type at all, and export = beside import': {
    files: {
      'package.json': '{}',
      'entry.ts': `import lib from './lib.ts'\nimport same = require('./lib.ts')\n${tells('[lib.name, same === lib]')}`,
      'lib.ts':
        "import { sep } from 'node:path'\nconst lib: { name: string } = { name: `lib${sep}` }\nexport = lib",
    },
    expected: ['lib/', true],
    follows: 'tsc: only CommonJS has such an export',
    node24: erasable,
  },
  'no type at all, and module.exports beside import': {
    files: {
      'package.json': '{}',
      'entry.ts': `import { name } from './lib.ts'\nimport { more } from './more.ts'\n${tells('[name, more]')}`,
      'lib.ts':
        "import { sep } from 'node:path'\nconst name: string = `lib${sep}`\nmodule.exports = { name }",
      'more.ts': "import { sep } from 'node:path'\nexports.more = `more${sep}` as string",
    },
    expected: ['lib/', 'more/'],
    follows: 'tsx: an ES module has none of these names',
    node24: { fails: 'SyntaxError' },
  },
  'no type at all, and words like module.exports in a text': {
    files: {
      'package.json': '{}',
      'entry.ts': `import { copy } from 'dual'\nconst how: string = \`write\nmodule.exports = \` + __filename\n${tells('[copy, how]')}`,
      ...dual,
    },
    expected: ['import', 'write\nmodule.exports = <folder>/entry.ts'],
    follows: 'ECMAScript: a text is not code',
    tsx: { value: ['require', 'write\nmodule.exports = <folder>/entry.ts'] },
    node24: { fails: '__filename is not defined' },
  },
  'the guard of a program without type': {
    server: 'none',
    without: ['saved'],
    files: {
      'package.json': '{}',
      'entry.ts': `import { seen } from './lib.ts'\n${tells('[require.main === module, require.main?.filename === __filename, !module.parent, seen]')}`,
      'lib.ts': 'export const seen: boolean[] = [require.main === module, !module.parent]',
    },
    expected: [true, true, true, [false, false]],
    follows: 'tsx: guards of CommonJS work in files that may be CommonJS',
    node24: { fails: 'require is not defined' },
  },
  'no type at all, and a top-level await': {
    files: {
      'package.json': '{}',
      'entry.ts': `import { name } from './lib.ts'\nconst waited: string = await Promise.resolve(name)\n${tells('waited')}`,
      'lib.ts': "export const name: string = await Promise.resolve('lib')",
    },
    expected: 'lib',
    follows: 'Node: only an ES module awaits',
    tsx: { fails: 'Top-level await' },
  },
  'no type at all, and a package with two copies': {
    files: {
      'package.json': '{}',
      'entry.ts': `import { copy } from 'dual'\n${tells('copy')}`,
      ...dual,
    },
    expected: 'import',
    follows: 'Node: an import is an import',
    tsx: { value: 'require' },
  },
  'a folder, and a name without extension': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `${tells("[require('./lib').a, require('./more').b, require('./data').c]")}`,
      'lib/index.cts': '',
      'lib/index.ts': 'export const a: number = 1',
      'more.ts': 'export const b: number = 2',
      'data.json': '{ "c": 3 }',
    },
    expected: [1, 2, 3],
    follows: 'tsx: as Node looks for JavaScript',
    node24: { fails: 'MODULE_NOT_FOUND' },
  },
  'require.cache': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `const path = require.resolve('./lib.cts')\nconst first = require('./lib.cts')\nconst kept = path in require.cache\ndelete require.cache[path]\nconst second = require('./lib.cts')\n${tells('[path, kept, first === second, first.run as number, second.run]')}`,
      'lib.cts': 'exports.run = globalThis.run = ((globalThis.run as number) ?? 0) + 1',
    },
    expected: ['<folder>/lib.cts', true, false, 1, 2],
    follows: 'Node',
  },
  'what require.cache holds': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `require('./lib.cts')\nconst all = Object.keys(require.cache)\nconst own = all.filter((one) => one.startsWith(__dirname))\n${tells('{ own, others: all.length > own.length }')}`,
      'lib.cts': 'exports.a = 1 as number',
    },
    expected: { own: ['<folder>/entry.cts', '<folder>/lib.cts'], others: false },
    follows: 'Node',
    tsx: { unlike: { others: true } },
  },
  'module.children, parent and filename': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `const lib = require('./lib.cts')\nrequire('./more.cts')\n${tells("[module.children.map((one: { filename: string }) => one.filename), lib.parent as string, module.filename, module.loaded, module.id === '.' || module.id === __filename]")}`,
      'lib.cts': 'exports.parent = module.parent?.filename as string',
      'more.cts': '',
    },
    expected: [
      ['<folder>/lib.cts', '<folder>/more.cts'],
      '<folder>/entry.cts',
      '<folder>/entry.cts',
      false,
      true,
    ],
    follows: 'Node',
  },
  'exports, module.exports and this': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `${tells('[exports === module.exports, this === module.exports, typeof require.resolve, Array.isArray(module.paths) as boolean]')}`,
    },
    expected: [true, true, 'function', true],
    follows: 'Node',
  },
  'import() in CommonJS': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `void import('./lib.mts').then(async (lib) => { const all = { name: lib.name as string, copy: (await import('dual')).copy, required: require('dual').copy }\n${tells('all')} })`,
      'lib.mts': "export const name: string = await Promise.resolve('lib')",
      ...dual,
    },
    expected: { name: 'lib', copy: 'import', required: 'require' },
    follows: 'Node',
  },
  'an error of a required file': {
    files: esm(tells(codeOf("import('./lib.cts')")), { 'lib.cts': "require('./nowhere.cts')" }),
    expected: 'MODULE_NOT_FOUND',
    follows: 'Node',
  },
}
