import { codeOf, esm, inModules, type Theme, tells } from '../case.ts'

const bare = { fails: 'ERR_MODULE_NOT_FOUND' } as const
const is = (name: string) => `export const is: string = '${name}'`
/** An entry that imports one thing, and tells what it is. */
const imports = (name: string) => `import { is } from '${name}'\n${tells('is')}`

/** What the name of a package leads to. */
export const packages: Theme = {
  'a private name that leads to a package': {
    files: {
      'package.json': '{ "type": "module", "imports": { "#dep": "dep" } }',
      'entry.ts': imports('#dep'),
      ...inModules('dep', { type: 'module' }, { 'index.js': "export const is = 'dep'" }),
    },
    expected: 'dep',
    follows: 'Node',
  },
  'its own name': {
    files: {
      'package.json': '{ "name": "self", "type": "module", "exports": { "./lib": "./src/lib.ts" } }',
      'entry.ts': imports('self/lib'),
      'src/lib.ts': is('self'),
    },
    expected: 'self',
    follows: 'Node',
  },
  'a workspace package whose source is TypeScript': {
    files: esm(imports('@w/lib'), {
      'packages/lib/package.json': '{ "name": "@w/lib", "type": "module", "exports": "./src/index.ts" }',
      'packages/lib/src/index.ts': "export { is } from './more.js'\nexport const at = import.meta.url",
      'packages/lib/src/more.ts': is('workspace'),
      'node_modules/@w/lib': { link: '../../packages/lib' },
    }),
    expected: 'workspace',
    follows: 'tsx',
    node24: bare,
  },
  'two workspace packages and the entry share a third': {
    files: esm(
      `import { held as a } from '@w/a'\nimport { held as b } from '@w/b'\nimport * as c from '@w/c'\n${tells('[a() === b(), a() === c.held, globalThis.runs]')}`,
      Object.fromEntries(
        ['a', 'b', 'c'].flatMap((name) => [
          [
            `packages/${name}/package.json`,
            `{ "name": "@w/${name}", "type": "module", "exports": "./index.ts" }`,
          ],
          [
            `packages/${name}/index.ts`,
            name === 'c'
              ? 'globalThis.runs = ((globalThis.runs as number) ?? 0) + 1\nexport const held: object = {}'
              : "import * as c from '@w/c'\nexport const held = (): unknown => c.held",
          ],
          [`node_modules/@w/${name}`, { link: `../../packages/${name}` }],
        ]),
      ),
    ),
    expected: [true, true, 1],
    follows: 'Node: a link is where it leads',
  },
  'an installed package of TypeScript': {
    files: esm(imports('typed'), {
      ...inModules('typed', { type: 'module', exports: './index.ts' }, { 'index.ts': is('typed') }),
    }),
    expected: 'typed',
    follows: 'tsx',
    node24: { fails: 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING' },
  },
  'conditions, in the order of the package': {
    files: esm(
      `${['a', 'b', 'c', 'd'].map((name) => `import { is as ${name} } from 'many/${name}'`).join('\n')}\n${tells('[a, b, c, d]')}`,
      inModules(
        'many',
        {
          type: 'module',
          exports: {
            './a': {
              types: './no.d.ts',
              browser: './no.js',
              module: './no.js',
              development: './no.js',
              default: './a.js',
            },
            './b': { node: './b.js', import: './no.js' },
            './c': { 'module-sync': './c.js', import: './no.js' },
            './d': { require: './no.js', import: { node: { default: './d.js' } } },
          },
        },
        Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.js`, `export const is = '${name}'`])),
      ),
    ),
    expected: ['a', 'b', 'c', 'd'],
    follows: 'Node, which knows of these conditions node, module-sync, import and default',
  },
  'a condition of the user': {
    files: esm(imports('many'), {
      ...inModules(
        'many',
        { type: 'module', exports: { source: './source.js', default: './index.js' } },
        {
          'source.js': "export const is = 'source'",
          'index.js': "export const is = 'default'",
        },
      ),
    }),
    env: { NODE_OPTIONS: '--conditions=source' },
    expected: 'source',
    follows: 'Node: --conditions',
  },
  'what a package does not export': {
    files: esm(tells(codeOf("import('closed/inner.js')")), {
      ...inModules('closed', { exports: './index.js' }, { 'index.js': '', 'inner.js': '' }),
    }),
    expected: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
    follows: 'Node',
  },
  'main without extension, and a file of a package without exports': {
    files: esm(`import a from 'old'\nimport b from 'old/lib/more.js'\n${tells('[a, b]')}`, {
      ...inModules(
        'old',
        { main: './lib/main' },
        {
          'lib/main.js': "module.exports = 'main'",
          'lib/more.js': "module.exports = 'more'",
        },
      ),
    }),
    expected: ['main', 'more'],
    follows: 'Node',
  },
  'the nearest of two versions': {
    files: esm(`import { is as a } from 'dep'\nimport { is as b } from './lib/b.ts'\n${tells('[a, b]')}`, {
      'lib/b.ts': "export { is } from 'dep'",
      ...inModules('dep', { type: 'module' }, { 'index.js': "export const is = 'outer'" }),
      'lib/node_modules/dep/package.json': '{ "name": "dep", "type": "module", "exports": "./index.js" }',
      'lib/node_modules/dep/index.js': "export const is = 'inner'",
    }),
    expected: ['outer', 'inner'],
    follows: 'Node',
  },
}
