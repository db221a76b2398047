import { esm, inModules, type MeaningCase, type Theme, tells } from '../case.ts'

const base = {
  files: esm(`import { a } from './a.js'\nimport { b } from 'dep'\n${tells('[a, b]')}`, {
    'a.ts': "export enum A { A = 'a' }\nexport const a = A.A",
    ...inModules('dep', { type: 'module' }, { 'index.js': "export const b = 'b'" }),
  }),
  expected: ['a', 'b'],
  node24: { fails: 'ERR_MODULE_NOT_FOUND' },
} satisfies Partial<MeaningCase>

/** What is changed between two starts, and told by an entry that has not changed. */
const changed = (later: MeaningCase['later'] & object, expectedLater: MeaningCase['expected'] & object) => ({
  ...base,
  later,
  expectedLater,
})

/** What is kept from one start to the next, and must not be noticed. */
export const kept: Theme = {
  'a cache that cannot be written': {
    ...base,
    cache: 'unwritable',
    follows: 'tsx: a cache is a matter of speed (F-B10)',
  },
  'a cache that is broken': {
    ...base,
    cache: 'broken',
    follows: 'tsx: what cannot be read is made again',
  },
  'two starts at once': {
    ...base,
    cache: 'contested',
    follows: 'tsx',
  },
  'a file that has changed': {
    ...changed({ 'a.ts': "export const a: string = 'changed'" }, ['changed', 'b']),
    follows: 'Node: a program is its files',
  },
  'a package that has changed': {
    ...changed({ 'node_modules/dep/index.js': "export const b = 'changed'" }, ['a', 'changed']),
    follows: 'Node',
  },
  'a package whose exports have changed': {
    ...changed(
      {
        'node_modules/dep/package.json': '{ "name": "dep", "type": "module", "exports": "./other.js" }',
        'node_modules/dep/other.js': "export const b = 'other'",
      },
      ['a', 'other'],
    ),
    follows: 'Node',
  },
  'a package that comes to be nearer': {
    ...base,
    files: esm(`import { b } from './lib/b.ts'\n${tells('b')}`, {
      'lib/b.ts': "export { b } from 'dep'",
      ...inModules('dep', { type: 'module' }, { 'index.js': "export const b = 'far'" }),
    }),
    later: {
      'lib/node_modules/dep/package.json': '{ "name": "dep", "type": "module" }',
      'lib/node_modules/dep/index.js': "export const b = 'near'",
    },
    expected: 'far',
    expectedLater: 'near',
    follows: 'Node',
    node24: { value: 'far', later: 'near' },
  },
  'a tsconfig that comes to be': {
    files: esm(
      `const seen: number[] = []\nclass Base { set a(value: number) { seen.push(value) } }\nclass More extends Base { a = 1 }\nvoid new More()\n${tells('seen')}`,
    ),
    later: { 'tsconfig.json': '{ "compilerOptions": { "useDefineForClassFields": false } }' },
    expected: [],
    expectedLater: [1],
    follows: 'tsc',
    node24: { value: [] },
  },
  'a type that comes to be': {
    files: {
      'package.json': '{}',
      'entry.ts': `import { kind } from './lib.js'\n${tells('kind')}`,
      'lib.js': 'exports.kind = typeof require',
    },
    later: { 'package.json': '{ "type": "module" }', 'lib.js': 'export const kind = typeof require' },
    expected: 'function',
    expectedLater: 'undefined',
    follows: 'Node: the nearest package.json decides what a .js file is',
  },
  'JSON that has changed': {
    files: esm(`import data from './data.json' with { type: 'json' }\n${tells('data.n')}`, {
      'data.json': '{ "n": 1 }',
    }),
    later: { 'data.json': '{ "n": 2 }' },
    expected: 1,
    expectedLater: 2,
    follows: 'Node',
  },
  'a file that has changed below a lazy one': {
    files: esm(`const { b } = await import('./lazy.ts')\n${tells('b')}`, {
      'lazy.ts': "export { b } from './below.ts'",
      'below.ts': "export const b: string = 'first'",
    }),
    later: { 'below.ts': "export const b: string = 'second'" },
    expected: 'first',
    expectedLater: 'second',
    follows: 'Node',
  },
  'a file of CommonJS that has changed': {
    entry: 'entry.cts',
    files: {
      'entry.cts': tells("require('./lib.cts').b as string"),
      'lib.cts': "exports.b = 'first' as string",
    },
    later: { 'lib.cts': "exports.b = 'second' as string" },
    expected: 'first',
    expectedLater: 'second',
    follows: 'Node',
  },
  'a file without which it went, and which comes to be': {
    files: esm(
      `const told = await import('./optional.js').then((one) => one.name, () => 'without')\n${tells('told')}`,
    ),
    later: { 'optional.ts': "export const name: string = 'with'" },
    expected: 'without',
    expectedLater: 'with',
    follows: 'tsx',
    node24: { value: 'without' },
  },
}
