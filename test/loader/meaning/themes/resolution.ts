import { esm, inModules, type Theme, tells } from '../case.ts'

const bare = { fails: 'ERR_MODULE_NOT_FOUND' } as const
const is = (name: string) => `export const is: string = '${name}'`
/** An entry that imports one thing, and tells what it is. */
const imports = (name: string) => `import { is } from '${name}'\n${tells('is')}`

/** What a name of the user's own files leads to. */
export const resolution: Theme = {
  '.js, .mjs, .cjs and .jsx lead to their sources': {
    files: esm(
      `import { is as a } from './a.js'\nimport { is as b } from './b.mjs'\nimport { is as c } from './c.cjs'\nimport { is as d } from './d.jsx'\n${tells('[a, b, c, d]')}`,
      { 'a.ts': is('ts'), 'b.mts': is('mts'), 'c.cts': "exports.is = 'cts' as string", 'd.tsx': is('tsx') },
    ),
    expected: ['ts', 'mts', 'cts', 'tsx'],
    follows: 'tsc',
    node24: bare,
  },
  '.js that leads to .tsx': {
    files: esm(imports('./a.js'), { 'a.tsx': is('tsx') }),
    expected: 'tsx',
    follows: 'tsc',
    node24: bare,
  },
  'the source before what was made of it': {
    files: esm(imports('./a.js'), { 'a.ts': is('ts'), 'a.js': "export const is = 'js'" }),
    expected: 'ts',
    follows: 'tsc and tsx: a .js beside its .ts was made of it once',
    node24: { value: 'js' },
  },
  'without extension': {
    files: esm(`import { is as a } from './a'\nimport { is as b } from './some.config'\n${tells('[a, b]')}`, {
      'a.ts': is('a'),
      'some.config.ts': is('config'),
    }),
    expected: ['a', 'config'],
    follows: 'tsx: as tsc finds it in projects for bundlers',
    node24: bare,
  },
  'a file before the folder of its name': {
    files: esm(imports('./a'), { 'a.ts': is('file'), 'a/index.ts': is('folder') }),
    expected: 'file',
    follows: 'tsc',
    node24: { fails: 'ERR_UNSUPPORTED_DIR_IMPORT' },
  },
  folders: {
    files: esm(
      `import { is as a } from './a'\nimport { is as b } from './b/'\nimport { is as c } from './c/index.js'\n${tells('[a, b, c]')}`,
      {
        'a/index.ts': is('a'),
        'b/index.ts': is('b'),
        'c/index.ts': is('c'),
      },
    ),
    expected: ['a', 'b', 'c'],
    follows: 'tsx',
    node24: { fails: 'ERR_UNSUPPORTED_DIR_IMPORT' },
  },
  'the folder above, by dots': {
    files: esm(`import { is } from './lib/a.ts'\n${tells('is')}`, {
      'lib/a.ts': "export { is } from '..'",
      'index.ts': is('above'),
    }),
    expected: 'above',
    follows: 'tsx',
    node24: { fails: 'ERR_UNSUPPORTED_DIR_IMPORT' },
  },
  'private names': {
    files: {
      'package.json':
        '{ "type": "module", "imports": { "#a": "./src/a.ts", "#b/*": "./src/b/*.ts", "#c": "./src/c.js" } }',
      'entry.ts': `import { is as a } from '#a'\nimport { is as b } from '#b/one'\nimport { is as c } from '#c'\n${tells('[a, b, c]')}`,
      'src/a.ts': is('a'),
      'src/b/one.ts': is('b'),
      'src/c.ts': is('c'),
    },
    expected: ['a', 'b', 'c'],
    follows: 'tsx: what they lead to may be the name of what will be made of a source',
    node24: bare,
  },
  'a query makes another module of a file': {
    files: esm(
      `import { held as a } from './a.ts'\nimport { held as b } from './a.ts?again'\nconst { held: c } = await import('./a.ts?again')\nconst { held: d } = await import('./a.ts#part')\n${tells('[a === b, b === c, a === d, globalThis.urls]')}`,
      { 'a.ts': '(globalThis.urls ??= []).push(import.meta.url)\nexport const held: object = {}' },
    ),
    expected: [
      false,
      true,
      false,
      ['file://<folder>/a.ts', 'file://<folder>/a.ts?again', 'file://<folder>/a.ts#part'],
    ],
    follows: 'Node: a module is an address, and the query is part of it',
  },
  'addresses of files and data': {
    files: esm(
      `import one from 'data:text/javascript,export default 1'\nimport two from 'data:application/json,{"n":2}' with { type: 'json' }\nimport { is } from 'file://<folder>/a.ts'\n${tells('[one, two.n, is]')}`,
      { 'a.ts': is('a') },
    ),
    expected: [1, 2, 'a'],
    follows: 'Node',
    tsx: { fails: 'Transform failed' },
  },
  'JSON with its attribute': {
    files: esm(`import data from './data.json' with { type: 'json' }\n${tells('data')}`, {
      'data.json': '{ "name": "data", "default": 1 }',
    }),
    expected: { name: 'data', default: 1 },
    follows: 'Node',
  },
  'JSON without it, and a name of it': {
    files: esm(`import data, { version } from './package.json'\n${tells('[data.type, version]')}`, {
      'package.json': '{ "type": "module", "version": "1.2.3" }',
    }),
    expected: ['module', '1.2.3'],
    follows: 'tsx, as tsc with resolveJsonModule',
    node24: { fails: 'ERR_IMPORT_ATTRIBUTE_MISSING' },
  },
  'JSON without it, of a package and with a query': {
    files: esm(
      `import data from 'held/data.json'\nimport * as all from './data.json?again'\n${tells('[data.n, all]')}`,
      {
        'data.json': '{ "a-b": 1, "class": 2, "default": 3 }',
        ...inModules('held', {}, { 'data.json': '{ "n": 1 }' }),
      },
    ),
    expected: [1, { 'a-b': 1, class: 2, default: { 'a-b': 1, class: 2, default: 3 } }],
    follows: 'tsx: JSON is JSON wherever it is',
    node24: { fails: 'ERR_IMPORT_ATTRIBUTE_MISSING' },
  },
  'one JSON for all who ask': {
    files: esm(
      `import a from './data.json' with { type: 'json' }\nimport { data as b } from './lib.ts'\n${tells('a === b')}`,
      {
        'lib.ts': "import data from './data.json' with { type: 'json' }\nexport { data }",
        'data.json': '{}',
      },
    ),
    expected: true,
    follows: 'Node',
  },
  'builtins, with and without node:': {
    files: esm(
      `import fs from 'fs'\nimport { promises } from 'node:fs'\nimport * as path from 'path'\nimport sqlite from 'fs/promises'\n${tells('[fs.promises === promises, path.sep, sqlite === promises, path.default === path.posix]')}`,
    ),
    expected: [true, '/', true, true],
    follows: 'Node',
  },
}
