import { codeOf, dual, esm, inModules, type Theme, tells } from '../case.ts'

const tool = (name: string) => `export const name: string = '${name}'`
const tools = { 'tools/a.ts': tool('a'), 'tools/b.ts': tool('b') }
const bare = { fails: 'ERR_MODULE_NOT_FOUND' } as const
const name = "const n: string = ['a', 'b'][process.argv.length - 1 > 0 ? 0 : 1]\n"

/** Imports whose names are not known before they run. */
export const computed: Theme = {
  'a template with .js': {
    files: esm(`${name}${tells('(await import(`./tools/${n}.js`)).name')}`, tools),
    expected: 'a',
    follows: 'tsx: as for a name that is written out (F-B2)',
    node24: bare,
  },
  'a template with .ts': {
    files: esm(`${name}${tells('(await import(`./tools/${n}.ts`)).name')}`, tools),
    expected: 'a',
    follows: 'Node',
  },
  'a template without extension': {
    files: esm(`${name}${tells('(await import(`./tools/${n}`)).name')}`, tools),
    expected: 'a',
    follows: 'tsx (F-B2)',
    node24: bare,
  },
  'a sum': {
    files: esm(`${name}${tells("(await import('./tools/' + n + '.js')).name")}`, tools),
    expected: 'a',
    follows: 'tsx (F-B2)',
    node24: bare,
  },
  'a choice between two': {
    files: esm(`${name}${tells("(await import(n === 'a' ? './tools/a.ts' : './tools/b.ts')).name")}`, tools),
    expected: 'a',
    follows: 'Node',
  },
  'a constant, with a comment for bundlers': {
    files: esm(
      `const path = './tools/a.ts'\n${tells('(await import(/* webpackIgnore: true */ /* @vite-ignore */ path)).name')}`,
      tools,
    ),
    expected: 'a',
    follows: 'Node',
  },
  'an address': {
    files: esm(tells("(await import(new URL('./tools/a.ts', import.meta.url).href)).name"), tools),
    expected: 'a',
    follows: 'Node',
  },
  'a path, made an address': {
    files: esm(
      `import { join } from 'node:path'\nimport { pathToFileURL } from 'node:url'\n${tells("(await import(pathToFileURL(join(import.meta.dirname, 'tools', 'b.ts')).href)).name")}`,
      tools,
    ),
    expected: 'b',
    follows: 'Node',
  },
  'an absolute path': {
    files: esm(
      `import { join } from 'node:path'\n${tells("(await import(join(import.meta.dirname, 'tools', 'b.ts'))).name")}`,
      tools,
    ),
    expected: 'b',
    follows: 'Node, on systems whose paths begin with a slash',
  },
  'from a file in a folder': {
    files: esm(`import { load } from './lib/load.ts'\n${tells("await load('a')")}`, {
      ...tools,
      'lib/load.ts': 'export const load = async (n: string) => (await import(`../tools/${n}.ts`)).name',
    }),
    expected: 'a',
    follows: 'Node: from where the importing file stands',
  },
  'a template in require, without extension': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `${name}${tells('require(`./tools/${n}`).name')}`,
      'tools/a.ts': tool('a'),
    },
    expected: 'a',
    follows: 'tsx (F-B2), which looks for every extension of TypeScript',
    node24: { fails: 'MODULE_NOT_FOUND' },
  },
  'a require that createRequire has made': {
    files: esm(
      `import { createRequire } from 'node:module'\nconst load = createRequire(import.meta.url)\n${name}${tells('load(`./tools/${n}.cts`).name')}`,
      { 'tools/a.cts': "exports.name = 'a' as string" },
    ),
    expected: 'a',
    follows: 'Node',
  },
  'all files of a folder, and one that is added later': {
    files: esm(
      `import { readdirSync } from 'node:fs'\nconst names: string[] = []\nfor (const file of readdirSync(new URL('./tools', import.meta.url)).sort()) names.push((await import(\`./tools/\${file}\`)).name)\n${tells('names')}`,
      { 'tools/a.ts': tool('a') },
    ),
    later: { 'tools/b.ts': tool('b') },
    expected: ['a'],
    expectedLater: ['a', 'b'],
    follows: 'Node: a folder is read when the program asks (F-B2)',
  },
  'a template, and a file that is added later': {
    files: esm(
      `const names: string[] = []\nfor (const n of ['a', 'b']) names.push(await import(\`./tools/\${n}.ts\`).then((one) => one.name, (error) => error.code))\n${tells('names')}`,
      { 'tools/a.ts': tool('a') },
    ),
    later: { 'tools/b.ts': tool('b') },
    expected: ['a', 'ERR_MODULE_NOT_FOUND'],
    expectedLater: ['a', 'b'],
    follows: 'Node',
  },
  'the TypeScript that is added beside a JavaScript': {
    files: esm(`import { name } from './tools/a.js'\n${tells('name')}`, {
      'tools/a.js': "export const name = 'javascript'",
    }),
    later: { 'tools/a.ts': tool('typescript') },
    expected: 'javascript',
    expectedLater: 'typescript',
    follows: 'tsc and tsx, which look for the source first',
    node24: { value: 'javascript' },
  },
  'a package': {
    files: esm(`const names: string[] = ['dual']\n${tells('(await import(names[0])).copy')}`, dual),
    expected: 'import',
    follows: 'Node: import() has the conditions of import (F-B7)',
  },
  'a package with import alone': {
    files: esm(`const names: string[] = ['only']\n${tells('(await import(names[0])).copy')}`, {
      ...inModules(
        'only',
        { exports: { import: './index.mjs' } },
        {
          'index.mjs': "export const copy = 'import'",
        },
      ),
    }),
    expected: 'import',
    follows: 'Node (F-B7)',
  },
  'what is neither there': {
    files: esm(`const n: string = 'nowhere'\n${tells(codeOf('import(`./tools/${n}.js`)'))}`, tools),
    expected: 'ERR_MODULE_NOT_FOUND',
    follows: 'Node: the code that programs look for',
  },
  'JSON, with attributes': {
    files: esm(
      `const file: string = './data.json'\n${tells("(await import(file, { with: { type: 'json' } })).default.n")}`,
      { 'data.json': '{ "n": 1 }' },
    ),
    expected: 1,
    follows: 'Node',
  },
  'a data address': {
    files: esm(
      `const text: string = 'export default 7'\n${tells("(await import('data:text/javascript,' + text)).default")}`,
    ),
    expected: 7,
    follows: 'Node',
  },
  'an import in a function of its own': {
    files: esm(
      `const load = new Function('address', 'return import(address)')\n${tells(codeOf("load(new URL('./tools/a.ts', import.meta.url).href).then((one) => one.name)"))}`,
      tools,
    ),
    expected: 'a',
    follows: 'Node, where such a function imports for the module that has made it',
  },
}
