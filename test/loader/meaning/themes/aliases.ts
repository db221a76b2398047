import { esm, inModules, type Theme, tells } from '../case.ts'

const bare = { fails: 'ERR_MODULE_NOT_FOUND' } as const
const is = (name: string) => `export const is: string = '${name}'`
/** An entry that imports one thing, and tells what it is. */
const imports = (name: string) => `import { is } from '${name}'\n${tells('is')}`
const paths = (map: string) => `{ "compilerOptions": { "paths": { ${map} } } }`

/** What a tsconfig makes of names. */
export const aliases: Theme = {
  paths: {
    files: esm(
      `import { is as a } from '@/a'\nimport { is as b } from '@/lib/b.js'\nimport { is as c } from 'exact'\n${tells('[a, b, c]')}`,
      {
        'tsconfig.json': paths('"@/*": ["./src/*"], "exact": ["./src/c.ts"]'),
        'src/a.ts': is('a'),
        'src/lib/b.ts': is('b'),
        'src/c.ts': is('c'),
      },
    ),
    expected: ['a', 'b', 'c'],
    follows: 'tsc',
    node24: bare,
  },
  'paths, in an import whose name is computed': {
    files: esm(`const n: string = 'a'\n${tells('(await import(`@/${n}.js`)).is')}`, {
      'tsconfig.json': paths('"@/*": ["./src/*"]'),
      'src/a.ts': is('a'),
    }),
    expected: 'a',
    follows: 'tsx',
    node24: bare,
  },
  'paths with a second choice, and a package as the last': {
    files: esm(
      `import { is as a } from '@/a'\nimport { is as b } from '@/b'\nimport { is as c } from 'dep'\n${tells('[a, b, c]')}`,
      {
        'tsconfig.json': paths('"@/*": ["./first/*", "./second/*"], "*": ["./types/*"]'),
        'first/a.ts': is('first'),
        'second/a.ts': is('not this'),
        'second/b.ts': is('second'),
        ...inModules('dep', { type: 'module' }, { 'index.js': "export const is = 'dep'" }),
      },
    ),
    expected: ['first', 'second', 'dep'],
    follows: 'tsc',
    node24: bare,
  },
  'the longest pattern of paths': {
    files: esm(imports('@/special/a'), {
      'tsconfig.json': paths('"@/*": ["./src/*"], "@/special/*": ["./special/*"]'),
      'src/special/a.ts': is('short'),
      'special/a.ts': is('long'),
    }),
    expected: 'long',
    follows: 'tsc',
    node24: bare,
  },
  baseUrl: {
    files: esm(imports('lib/a'), {
      'tsconfig.json': '{ "compilerOptions": { "baseUrl": "./src" } }',
      'src/lib/a.ts': is('a'),
    }),
    expected: 'a',
    follows: 'tsc',
    node24: bare,
  },
  'a list of tsconfigs that are extended, one of which changes': {
    files: esm(imports('@/a'), {
      'tsconfig.json': '{ "extends": ["./base.json", "./strict.json"] }',
      'base.json': paths('"@/*": ["./one/*"]'),
      'strict.json': '{ "compilerOptions": { "strict": true } }',
      'one/a.ts': is('one'),
      'two/a.ts': is('two'),
    }),
    later: { 'base.json': paths('"@/*": ["./two/*"]') },
    expected: 'one',
    expectedLater: 'two',
    follows: 'tsc (F-B9)',
    node24: bare,
  },
  'a tsconfig of a package is extended': {
    files: esm(imports('@/a'), {
      'tsconfig.json':
        '{ "extends": "@w/config/base.json", /* a remark */ "compilerOptions": { "paths": { "@/*": ["./src/*"], }, } }',
      ...inModules('@w/config', {}, { 'base.json': '{ "compilerOptions": { "strict": true } }' }),
      'src/a.ts': is('a'),
    }),
    expected: 'a',
    follows: 'tsc: remarks and commas at the end are allowed',
    node24: bare,
  },
  'each workspace has paths of its own': {
    files: esm(
      `import { is as a } from '@/a'\nimport { is as b } from './packages/lib/index.ts'\n${tells('[a, b]')}`,
      {
        'tsconfig.json': paths('"@/*": ["./src/*"]'),
        'src/a.ts': is('outer'),
        'packages/lib/tsconfig.json': paths('"@/*": ["./own/*"]'),
        'packages/lib/index.ts': "export { is } from '@/a'",
        'packages/lib/own/a.ts': is('own'),
      },
    ),
    expected: ['outer', 'own'],
    follows: 'tsc: a file belongs to the tsconfig that is nearest above it',
    tsx: { value: ['outer', 'outer'] },
    node24: bare,
  },
}
