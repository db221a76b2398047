import { esm, inModules, type Theme, tells } from '../case.ts'

/** A line that notes that a file has run. */
const ran = (name: string) => `;(globalThis.ran ??= []).push('${name}')\n`
const told = tells('globalThis.ran')
const env = { 'env.ts': "process.env.MEANING_SEEN = 'set'" }
const seen = 'process.env.MEANING_SEEN ?? null'

/** What runs before what, and what of it runs at all. */
export const order: Theme = {
  'a file that sets the environment runs before the package that reads it': {
    files: esm(`import './env.js'\nimport { seen } from 'reads'\n${tells('seen')}`, {
      ...env,
      ...inModules('reads', { type: 'module' }, { 'index.js': `export const seen = ${seen}` }),
    }),
    expected: 'set',
    follows: 'ECMAScript: modules run in the order in which they are imported (F-B1)',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
  },
  'the same for a package of CommonJS': {
    files: esm(`import './env.ts'\nimport reads from 'reads'\n${tells('reads.seen')}`, {
      ...env,
      ...inModules('reads', {}, { 'index.js': `exports.seen = ${seen}` }),
    }),
    expected: 'set',
    follows: 'ECMAScript, as for packages of ES modules',
  },
  'the same where the file is a package away': {
    files: esm(`import './first.ts'\nimport { seen } from 'reads'\n${tells('seen')}`, {
      'first.ts': "import 'sets'\nexport {}",
      ...inModules('sets', { type: 'module' }, { 'index.js': "process.env.MEANING_SEEN = 'by a package'" }),
      ...inModules('reads', { type: 'module' }, { 'index.js': `export const seen = ${seen}` }),
    }),
    expected: 'by a package',
    follows: 'ECMAScript',
  },
  'files and packages in turn': {
    files: esm(
      `import './a.ts'\nimport 'one'\nimport './b.ts'\nimport 'two'\nimport './c.ts'\n${ran('entry')}${told}`,
      {
        'a.ts': ran('a'),
        'b.ts': `import 'two'\n${ran('b')}`,
        'c.ts': ran('c'),
        ...inModules('one', { type: 'module' }, { 'index.js': ran('one') }),
        ...inModules('two', { type: 'module' }, { 'index.js': ran('two') }),
      },
    ),
    expected: ['a', 'one', 'two', 'b', 'c', 'entry'],
    follows: 'ECMAScript: depth first, in the order of the imports',
  },
  'imports below the first statement': {
    files: esm(`${ran('first')}import './late.ts'\n${told}`, { 'late.ts': ran('late') }),
    expected: ['late', 'first'],
    follows: 'ECMAScript: imports are hoisted',
  },
  'export from counts as an import': {
    files: esm(`export { a } from './a.ts'\nexport * from './b.ts'\nimport './c.ts'\n${told}`, {
      'a.ts': `export const a = 1\n${ran('a')}`,
      'b.ts': `export const b = 1\n${ran('b')}`,
      'c.ts': ran('c'),
    }),
    expected: ['a', 'b', 'c'],
    follows: 'ECMAScript: every module request counts, in source order',
  },
  'requires run where they are written': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `${ran('first')}const a = require('./a.cts')\n${ran('second')}if (a.more) require('./b.cts')\n${told}`,
      'a.cts': `${ran('a')}exports.more = true as boolean`,
      'b.cts': ran('b'),
    },
    expected: ['first', 'a', 'second', 'b'],
    follows: 'Node: require is a call',
  },
  'a type alone imports nothing': {
    files: esm(`import type { A } from './a.ts'\nglobalThis.ran = []\nconst x: A = 1\n${told}`, {
      'a.ts': `export type A = 1\n${ran('a')}`,
    }),
    expected: [],
    follows: 'TypeScript: import type is erased',
  },
  'braces with nothing but types': {
    files: esm(`import { type B } from './b.ts'\nglobalThis.ran ??= []\nconst x: B = 1\n${told}`, {
      'b.ts': `export type B = 1\n${ran('b')}`,
    }),
    expected: [],
    follows: 'tsc without verbatimModuleSyntax: the import is dropped; Node 24 keeps it for its effect',
    node24: { value: ['b'] },
  },
  'braces with nothing but types, under verbatimModuleSyntax': {
    files: esm(`import { type B } from './b.ts'\nglobalThis.ran ??= []\nconst x: B = 1\n${told}`, {
      'tsconfig.json': '{ "compilerOptions": { "verbatimModuleSyntax": true } }',
      'b.ts': `export type B = 1\n${ran('b')}`,
    }),
    expected: ['b'],
    follows: 'tsc: what is left of the braces is an import for its effect',
  },
  'an import whose value is never used': {
    files: esm(`import { value } from './a.ts'\nglobalThis.ran ??= []\n${told}`, {
      'a.ts': `export const value = 1\n${ran('a')}`,
    }),
    expected: [],
    follows: 'tsc and tsx, which cannot tell it from a type; Node 24 keeps it',
    node24: { value: ['a'] },
  },
  'sideEffects: false of the project itself': {
    files: {
      'package.json': '{ "type": "module", "sideEffects": false }',
      'entry.ts': `import './tools.js'\n${told}`,
      'tools.ts': ran('tools'),
    },
    expected: ['tools'],
    follows: 'Node, which knows no such field (F-B3)',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
  },
  'sideEffects: [] of a linked package': {
    files: esm(`import '@w/lib'\n${told}`, {
      'lib/package.json':
        '{ "name": "@w/lib", "type": "module", "sideEffects": [], "exports": "./src/index.ts" }',
      'lib/src/index.ts': `import './more.ts'\n${ran('lib')}`,
      'lib/src/more.ts': ran('more'),
      'node_modules/@w/lib': { link: '../../lib' },
    }),
    expected: ['more', 'lib'],
    follows: 'Node, which knows no such field',
  },
  'sideEffects: false of an installed package': {
    files: esm(`import 'polyfill'\nimport 'polyfill/more'\n${told}`, {
      ...inModules(
        'polyfill',
        { type: 'module', sideEffects: false, exports: { '.': './index.js', './more': './more.js' } },
        { 'index.js': ran('polyfill'), 'more.js': ran('more') },
      ),
    }),
    expected: ['polyfill', 'more'],
    follows: 'Node, which knows no such field',
  },
  'what a top-level await holds up': {
    files: esm(`import './slow.ts'\nimport './quick.ts'\n${told}`, {
      'slow.ts': `${ran('before')}await new Promise((resolve) => setTimeout(resolve, 20))\n${ran('after')}`,
      'quick.ts': ran('quick'),
    }),
    expected: ['before', 'quick', 'after'],
    follows: 'ECMAScript: siblings do not wait for one another, parents do',
  },
  'microtasks between two modules': {
    files: esm(`import './a.ts'\nimport './b.ts'\n${told}`, {
      'a.ts': `queueMicrotask(() => { ${ran('task').slice(1, -1)} })\n${ran('a')}`,
      'b.ts': ran('b'),
    }),
    expected: ['a', 'b'],
    follows: 'ECMAScript: modules without await run in one go',
  },
}
