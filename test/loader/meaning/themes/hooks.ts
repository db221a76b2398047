import { esm, inModules, type Theme, tells } from '../case.ts'

/** Hooks that note the names which are resolved, and put a file in another's place. */
const noting = (file: string) => `import { appendFileSync } from 'node:fs'
export async function resolve(name, context, next) {
  appendFileSync(${file}, name + '\\n')
  return next(name, context)
}`

/** A package of CommonJS that others watch. */
const watched = inModules('watched', {}, { 'index.js': "exports.name = 'original'" })
const names =
  "import { readFileSync } from 'node:fs'\nconst names = readFileSync('<folder>/names.txt', 'utf8').split('\\n')\n"

/** What else has a say in loading: hooks of the user's, and what is loaded before the file. */
export const hooks: Theme = {
  'hooks that are registered before see bare names': {
    files: esm(
      `import watched from 'watched'\nimport { a } from './a.ts'\n${names}${tells("[watched.name, a, names.includes('watched'), names.some((name) => name.endsWith('a.ts'))]")}`,
      {
        'a.ts': 'export const a: number = 1',
        'pre.mjs': "import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)",
        'hooks.mjs': noting("'<folder>/names.txt'"),
        ...watched,
      },
    ),
    env: { NODE_OPTIONS: '--import=<folder>/pre.mjs' },
    expected: ['original', 1, true, true],
    follows: 'Node: as import-in-the-middle does (F-B6)',
  },
  'hooks that are registered in the file see what is imported then': {
    files: esm(
      `import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)\nconst { default: watched } = await import('watched')\nconst { a } = await import('./a.ts')\n${names.replace('import { readFileSync }', 'const { readFileSync }').replace("from 'node:fs'", "= await import('node:fs')")}${tells("[watched.name, a, names.includes('watched'), names.includes('./a.ts')]")}`,
      {
        'a.ts': 'export const a: number = 1',
        'hooks.mjs': noting("'<folder>/names.txt'"),
        ...watched,
      },
    ),
    expected: ['original', 1, true, true],
    follows: 'Node (F-B6)',
  },
  'hooks that put another source in the place of a package': {
    files: esm(`import { name } from 'watched'\n${tells('name')}`, {
      'pre.mjs': "import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)",
      'hooks.mjs': `export async function load(url, context, next) {
  if (!url.includes('/watched/')) return next(url, context)
  return { format: 'module', shortCircuit: true, source: "export const name = 'replaced'" }
}`,
      ...watched,
    }),
    env: { NODE_OPTIONS: '--import=<folder>/pre.mjs' },
    expected: 'replaced',
    follows: 'Node: hooks of the user’s are asked about packages',
  },
  'hooks that put a module around a file of the user’s': {
    files: esm(`import { name } from './a.ts'\n${tells('name')}`, {
      'a.ts': "export const name: string = 'own'",
      'pre.mjs': "import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)",
      'hooks.mjs': `export async function resolve(name, context, next) {
  const found = await next(name, context)
  return name === './a.ts' ? { ...found, url: found.url + '?around=true', shortCircuit: true } : found
}
export async function load(url, context, next) {
  if (!url.endsWith('?around=true')) return next(url, context)
  const source = "import * as inner from " + JSON.stringify(url.slice(0, -12)) + "; export const name = 'around ' + inner.name"
  return { format: 'module', shortCircuit: true, source }
}`,
    }),
    env: { NODE_OPTIONS: '--import=<folder>/pre.mjs' },
    expected: 'around own',
    follows: 'Node: as import-in-the-middle does with every module',
  },
  'hooks that leave a file with a byte order mark as it is': {
    files: esm(`import { name } from './a.ts'\n${tells('name')}`, {
      'a.ts': "\uFEFFenum Name { own = 'own' }\nexport const name: string = Name.own",
      'pre.mjs': "import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)",
      'hooks.mjs': 'export const load = (url, context, next) => next(url, context)',
    }),
    env: { NODE_OPTIONS: '--import=<folder>/pre.mjs' },
    expected: 'own',
    follows: 'tsx: Node strips types and knows no enum',
  },
  'hooks that make a module of nothing': {
    files: esm(`import { made } from 'virtual:thing'\n${tells('made')}`, {
      'pre.mjs': "import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)",
      'hooks.mjs': `export async function resolve(name, context, next) {
  return name === 'virtual:thing' ? { url: name, format: 'module', shortCircuit: true } : next(name, context)
}
export async function load(url, context, next) {
  return url === 'virtual:thing' ? { format: 'module', shortCircuit: true, source: "export const made = 'made'" } : next(url, context)
}`,
    }),
    env: { NODE_OPTIONS: '--import=<folder>/pre.mjs' },
    expected: 'made',
    follows: 'Node: what hooks know exists',
  },
  'hooks on this thread': {
    since: 24,
    files: esm(
      `import { registerHooks } from 'node:module'\nconst names: string[] = []\nconst mine = registerHooks({ resolve(name, context, next) { names.push(name); return next(name, context) } })\nconst { a } = await import('./a.ts')\nawait import('watched')\nmine.deregister()\nawait import('./b.ts')\n${tells('[a, names]')}`,
      { 'a.ts': 'export const a: number = 1', 'b.ts': '', ...watched },
    ),
    expected: [1, ['./a.ts', 'watched']],
    follows: 'Node',
  },
  'a preload': {
    files: esm(`declare const before: number\n${tells('before')}`, { 'pre.mjs': 'globalThis.before = 1' }),
    env: { NODE_OPTIONS: '--import=<folder>/pre.mjs' },
    expected: 1,
    follows: 'Node',
  },
  'a preload and the file share a package': {
    files: esm(
      `import * as held from 'held'\n${tells('[globalThis.before === held.held, globalThis.runs]')}`,
      {
        'pre.mjs': "import { held } from 'held'\nglobalThis.before = held",
        ...inModules(
          'held',
          { type: 'module' },
          {
            'index.js': 'globalThis.runs = (globalThis.runs ?? 0) + 1\nexport const held = {}',
          },
        ),
      },
    ),
    env: { NODE_OPTIONS: '--import=<folder>/pre.mjs' },
    expected: [true, 1],
    follows: 'Node: instrumentation has the copy that the program has',
  },
  'a preload that is required, and patches a package': {
    files: esm(
      `import watched from 'watched'\nimport { createRequire } from 'node:module'\n${tells("[watched.name, createRequire(import.meta.url)('watched').name]")}`,
      {
        'pre.cjs': "require('watched').name = 'patched'",
        ...watched,
      },
    ),
    env: { NODE_OPTIONS: '--require=<folder>/pre.cjs' },
    expected: ['patched', 'patched'],
    follows: 'Node',
  },
  'a preload that watches require': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `const watched = require('watched')\nconst lib = require('./lib.cts')\n${tells('[watched.name, lib.name as string]')}`,
      'lib.cts': "exports.name = require('watched').name as string",
      'pre.cjs': `const Module = require('node:module')
const { _load } = Module
Module._load = function (name, ...rest) {
  const found = _load.call(this, name, ...rest)
  return name === 'watched' ? { name: 'watched ' + found.name } : found
}`,
      ...watched,
    },
    env: { NODE_OPTIONS: '--require=<folder>/pre.cjs' },
    expected: ['watched original', 'watched original'],
    follows: 'Node: as require-in-the-middle does',
  },
  'an extension of the user’s': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `require.extensions['.txt'] = (module: NodeJS.Module, path: string) => { module.exports = require('node:fs').readFileSync(path, 'utf8') }\n${tells("require('./data.txt') as string")}`,
      'data.txt': 'data',
    },
    expected: 'data',
    follows: 'Node',
  },
  'a builtin that is patched': {
    files: esm(
      `import fs, { existsSync } from 'node:fs'\nimport { syncBuiltinESMExports } from 'node:module'\nconst { existsSync: original } = fs\nfs.existsSync = () => 'patched' as unknown as boolean\nsyncBuiltinESMExports()\nconst seen = existsSync('/')\nfs.existsSync = original\nsyncBuiltinESMExports()\n${tells('seen')}`,
    ),
    expected: 'patched',
    follows: 'Node',
  },
  NODE_PATH: {
    entry: 'entry.cts',
    files: {
      'entry.cts': tells("require('elsewhere').name as string"),
      'more/elsewhere/index.js': "exports.name = 'elsewhere'",
    },
    env: { NODE_PATH: '<folder>/more' },
    expected: 'elsewhere',
    follows: 'Node: require looks there last',
  },
}
