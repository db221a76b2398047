import { codeOf, esm, inModules, type Theme, tells } from '../case.ts'

const ran = (name: string) => `;(globalThis.ran ??= []).push('${name}')\n`

/** What is not loaded before somebody asks for it, and what nobody needs. */
export const laziness: Theme = {
  'a lazy file whose package is not installed': {
    files: esm(tells(codeOf("import('./optional.js')")), {
      'optional.ts': "import thing from 'not-installed'\nexport default thing",
    }),
    expected: 'ERR_MODULE_NOT_FOUND',
    follows: 'Node: import() rejects, and whoever awaits it may catch that (F-B4)',
  },
  'a lazy file that nobody asks for, whose package is not installed': {
    files: esm(`export const load = () => import('./optional.ts')\n${tells("'loaded'")}`, {
      'optional.ts': "import 'not-installed'\nexport {}",
    }),
    expected: 'loaded',
    follows: 'Node: a call that is not made has no effect',
  },
  'a lazy package that is not installed': {
    files: esm(tells(codeOf("import('not-installed')"))),
    expected: 'ERR_MODULE_NOT_FOUND',
    follows: 'Node',
  },
  'a lazy file that is not there': {
    files: esm(tells(codeOf("import('./nowhere.ts')"))),
    expected: 'ERR_MODULE_NOT_FOUND',
    follows: 'Node',
  },
  'a require in a try': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `let found: string = 'none'\ntry { found = require('not-installed') } catch (error) { found = (error as { code: string }).code }\n${tells('found')}`,
    },
    expected: 'MODULE_NOT_FOUND',
    follows: 'Node',
  },
  'a lazy file with a syntax error': {
    files: esm(
      `let told = 'loaded'\ntry { await import('./broken.ts') } catch { told = 'caught' }\n${tells('told')}`,
      { 'broken.ts': 'export const x: = ;' },
    ),
    expected: 'caught',
    follows: 'Node: a file is read when it is asked for',
  },
  'a lazy file that throws, twice': {
    files: esm(
      `const once = () => import('./throws.ts').catch((error) => error)\nconst [a, b] = [await once(), await once()]\n${tells('[a === b, a.message, globalThis.ran]')}`,
      { 'throws.ts': `${ran('throws')}throw new Error('no')` },
    ),
    expected: [true, 'no', ['throws']],
    follows: 'ECMAScript: a module that has thrown is not run again, and throws the same',
  },
  'a lazy file runs when it is asked for': {
    files: esm(
      `${ran('entry')}const lazy = () => import('./lazy.ts')\n${ran('before')}await lazy()\nawait lazy()\n${tells('globalThis.ran')}`,
      { 'lazy.ts': `import './below.ts'\n${ran('lazy')}`, 'below.ts': ran('below') },
    ),
    expected: ['entry', 'before', 'below', 'lazy'],
    follows: 'ECMAScript: once, and then',
  },
  'a lazy file sees what has been set before': {
    files: esm(
      `process.env.MEANING_SEEN = 'set'\nconst { seen } = await import('./lazy.ts')\n${tells('seen')}`,
      {
        'lazy.ts': "export { seen } from 'reads'",
        ...inModules(
          'reads',
          { type: 'module' },
          {
            'index.js': 'export const seen = process.env.MEANING_SEEN ?? null',
          },
        ),
      },
    ),
    expected: 'set',
    follows: 'ECMAScript: its packages run with it, not before',
  },
  'one namespace, however it is asked for': {
    files: esm(
      `import * as still from './a.ts'\nconst [b, c] = await Promise.all([import('./a.ts'), import('./a.js')])\n${tells('[still === b, b === c, globalThis.ran]')}`,
      { 'a.ts': `export const a = 1\n${ran('a')}` },
    ),
    expected: [true, true, ['a']],
    follows: 'tsx: both names lead to one file, which is one module',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
  },
  'a lazy import in a package': {
    files: esm(`import { load } from 'lazily'\n${tells(codeOf('load()'))}`, {
      ...inModules(
        'lazily',
        { type: 'module' },
        {
          'index.js': "export const load = () => import('not-installed')",
        },
      ),
    }),
    expected: 'ERR_MODULE_NOT_FOUND',
    follows: 'Node',
  },
  'a getter that requires': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `const all = { get lazy() { return require('./lazy.cts') } }\n${ran('entry')}const { lazy } = all\n${tells('[globalThis.ran, lazy.value as number]')}`,
      'lazy.cts': `${ran('lazy')}exports.value = 1`,
    },
    expected: [['entry', 'lazy'], 1],
    follows: 'Node',
  },
}
