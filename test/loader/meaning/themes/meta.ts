import { codeOf, dual, esm, type Theme, tells } from '../case.ts'

/** What a module knows of itself, and finds from where it stands. */
export const meta: Theme = {
  'where the entry is': {
    files: esm(
      `export const x: number = 1\n${tells('[import.meta.url, import.meta.filename, import.meta.dirname]')}`,
    ),
    expected: ['file://<folder>/entry.ts', '<folder>/entry.ts', '<folder>'],
    follows: 'Node',
  },
  'where a file in a folder is': {
    files: esm(`import { place } from './deep/er/lib.js'\n${tells('place')}`, {
      'deep/er/lib.ts':
        'export const place: string[] = [import.meta.url, import.meta.filename, import.meta.dirname]',
    }),
    expected: ['file://<folder>/deep/er/lib.ts', '<folder>/deep/er/lib.ts', '<folder>/deep/er'],
    follows: 'tsx: it is the TypeScript file, whatever it is imported as',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
  },
  'where a file of CommonJS is': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `const lib = require('./lib/a.cts')\n${tells('[__filename, __dirname, ...(lib.place as string[])]')}`,
      'lib/a.cts': 'exports.place = [__filename, __dirname] as string[]',
    },
    expected: ['<folder>/entry.cts', '<folder>', '<folder>/lib/a.cts', '<folder>/lib'],
    follows: 'Node',
  },
  'a file beside it is read': {
    files: esm(
      `import { readFileSync } from 'node:fs'\n${tells("readFileSync(new URL('./data.txt', import.meta.url), 'utf8')")}`,
      { 'data.txt': 'data' },
    ),
    expected: 'data',
    follows: 'Node',
  },
  'started from another folder': {
    files: esm(
      `import { load } from './lib.ts'\n${tells("[process.cwd(), import.meta.url, load(), await load('./more.ts')]")}`,
      {
        'lib.ts':
          'export const load = (path?: string): unknown => path === undefined ? import.meta.dirname : import(path).then((one) => one.more)',
        'more.ts': 'export const more: number = 1',
        'else/where/file.txt': '',
      },
    ),
    cwd: 'else/where',
    expected: ['<folder>/else/where', 'file://<folder>/entry.ts', '<folder>', 1],
    follows: 'Node: modules do not ask where they are started',
  },
  'resolve of a file': {
    files: esm(tells("import.meta.resolve('./lib.ts')"), { 'lib.ts': 'export {}' }),
    expected: 'file://<folder>/lib.ts',
    follows: 'Node',
  },
  'resolve of a package has the conditions of import': {
    files: esm(tells("[import.meta.resolve('dual'), import.meta.resolve('dual/only')]"), dual),
    expected: ['file://<folder>/node_modules/dual/index.mjs', 'file://<folder>/node_modules/dual/only.mjs'],
    follows: 'Node (F-B7)',
  },
  'resolve of what is not there': {
    files: esm(tells(codeOf("import.meta.resolve('not-installed')"))),
    expected: 'ERR_MODULE_NOT_FOUND',
    follows: 'Node',
  },
  'resolve of builtins and addresses': {
    files: esm(
      tells(
        "['fs', 'node:path', 'data:text/javascript,1', 'file:///a%20b.js'].map((name) => import.meta.resolve(name))",
      ),
    ),
    expected: ['node:fs', 'node:path', 'data:text/javascript,1', 'file:///a%20b.js'],
    follows: 'Node',
  },
  'resolve of a private name': {
    files: {
      'package.json': '{ "type": "module", "imports": { "#lib": "./src/lib.ts" } }',
      'entry.ts': tells("import.meta.resolve('#lib')"),
      'src/lib.ts': 'export {}',
    },
    expected: 'file://<folder>/src/lib.ts',
    follows: 'Node',
  },
  'require.resolve of a package has the conditions of require': {
    files: esm(
      `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\n${tells("[require.resolve('dual'), require('dual').copy]")}`,
      dual,
    ),
    expected: ['<folder>/node_modules/dual/index.cjs', 'require'],
    follows: 'Node',
  },
  'two packages, of which each file gets the copy for its kind': {
    files: esm(
      `import { copy } from 'dual'\nimport { other } from './other.cts'\n${tells('[copy, other, (await import("dual")).copy]')}`,
      { 'other.cts': "exports.other = require('dual').copy as string", ...dual },
    ),
    expected: ['import', 'require', 'import'],
    follows: 'Node',
  },
  'the guard of a program': {
    since: 24,
    server: 'none',
    without: ['saved'],
    files: esm(`if (import.meta.main) { ${tells("'main'")} }\nelse { ${tells("'not main'")} }`),
    expected: 'main',
    follows: 'Node 24: the file that is started is the main one',
  },
  'the guard of a program, as it was written before': {
    server: 'none',
    without: ['saved'],
    files: esm(
      `import { realpathSync } from 'node:fs'\nimport { pathToFileURL } from 'node:url'\n${tells("import.meta.url === pathToFileURL(realpathSync(process.argv[1] ?? '')).href")}`,
    ),
    expected: true,
    follows: 'Node: argv[1] is the program',
  },
  'the guard of a file that is imported': {
    since: 24,
    files: esm(`import { main } from './lib.ts'\n${tells('main')}`, {
      'lib.ts': 'export const main: unknown = import.meta.main',
    }),
    expected: false,
    follows: 'Node 24',
  },
  arguments: {
    files: esm(tells('process.argv.slice(2)')),
    args: ['one', '--two=3'],
    expected: ['one', '--two=3'],
    follows: 'Node',
  },
  'meta is an object that can be written to, one for each file': {
    files: esm(
      `import { seen } from './lib.ts'\n;(import.meta as unknown as { mark: number }).mark = 1\nconst held = import.meta\n${tells("[Object.getPrototypeOf(import.meta), held === import.meta, 'mark' in import.meta, seen()]")}`,
      { 'lib.ts': "export const seen = (): boolean => 'mark' in import.meta" },
    ),
    expected: [null, true, true, false],
    follows: 'ECMAScript and Node',
  },
  'names of CommonJS in an ES module': {
    files: esm(tells('[typeof __dirname, typeof __filename, typeof require, typeof module, typeof exports]')),
    expected: ['undefined', 'undefined', 'undefined', 'undefined', 'undefined'],
    follows: 'Node: programs ask for them to know what they are',
  },
  'this, and what is strict': {
    files: esm(
      `const self = this\n${tells('[typeof self, (function (this: unknown) { return typeof this })()]')}`,
    ),
    expected: ['undefined', 'undefined'],
    follows: 'ECMAScript',
  },
}
