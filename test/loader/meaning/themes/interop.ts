import { esm, inModules, type Theme, tells } from '../case.ts'

/** The ways between CommonJS and ES modules. */
export const interop: Theme = {
  'require of an ES module': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `const lib = require('./lib.mts')\n${tells('[lib.name as string, lib.default, Object.keys(lib)]')}`,
      'lib.mts': "export const name: string = 'lib'\nexport default 1",
    },
    expected: ['lib', 1, ['__esModule', 'default', 'name']],
    follows: 'Node: a module with a default says that it has one',
    tsx: { value: ['lib', 1, ['default', 'name']] },
  },
  'require of an ES module that awaits': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `let told: string = 'loaded'\ntry { require('./lib.mts') } catch (error) { told = (error as { code: string }).code }\n${tells('told')}`,
      'lib.mts': "export const name: string = await Promise.resolve('lib')",
    },
    expected: 'ERR_REQUIRE_ASYNC_MODULE',
    follows: 'Node',
  },
  'require of TypeScript from JavaScript': {
    entry: 'entry.cjs',
    files: {
      'entry.cjs': `const lib = require('./lib.ts')\nconst more = require('./more')\n${tells('[lib.name, more.more]')}`,
      'lib.ts': "export const name: string = 'lib'",
      'more.ts': 'exports.more = 1 as number',
    },
    expected: ['lib', 1],
    follows: 'tsx',
    node24: { fails: 'MODULE_NOT_FOUND' },
  },
  'import of TypeScript from JavaScript': {
    entry: 'entry.mjs',
    files: {
      'entry.mjs': `import { name } from './lib.ts'\n${tells('name')}`,
      'lib.ts': "export const name: string = 'lib'",
      'package.json': '{ "type": "module" }',
    },
    expected: 'lib',
    follows: 'Node',
  },
  'the default of a package that was compiled': {
    files: esm(`import whole, * as all from 'compiled'\n${tells('[whole, Object.keys(all).sort()]')}`, {
      ...inModules(
        'compiled',
        {},
        {
          'index.js':
            "Object.defineProperty(exports, '__esModule', { value: true })\nexports.default = 'inner'\nexports.named = 1",
        },
      ),
    }),
    expected: [{ default: 'inner', named: 1 }, ['__esModule', 'default', 'named']],
    onNode: {
      '24': [{ default: 'inner', named: 1 }, ['__esModule', 'default', 'module.exports', 'named']],
      '26': [{ default: 'inner', named: 1 }, ['__esModule', 'default', 'module.exports', 'named']],
    },
    follows: 'Node: to an ES module, the default is module.exports',
  },
  'the default of a file of the user that was compiled': {
    files: esm(`import whole, { named } from './legacy.cjs'\n${tells('[whole, named]')}`, {
      'legacy.cjs':
        "Object.defineProperty(exports, '__esModule', { value: true })\nexports.default = 'inner'\nexports.named = 1",
    }),
    expected: [{ default: 'inner', named: 1 }, 1],
    follows: 'Node',
  },
  'names of a file of CommonJS': {
    files: esm(
      `import all, { a, b as c } from './lib.cts'\n${tells('[a, c, all.a, (await import("./lib.cts")).a]')}`,
      {
        'lib.cts': 'exports.a = 1 as number\nexports.b = 2',
      },
    ),
    expected: [1, 2, 1, 1],
    follows: 'Node',
  },
  'one state for those who import and those who require': {
    files: esm(
      `import state from './state.cts'\nimport { createRequire } from 'node:module'\nimport './other.cts'\nconst required = createRequire(import.meta.url)('./state.cts')\n${tells('[state === required, state.runs, globalThis.seen === state]')}`,
      {
        'state.cts':
          'globalThis.runs = ((globalThis.runs as number) ?? 0) + 1\nexports.runs = globalThis.runs',
        'other.cts': "globalThis.seen = require('./state.cts') as unknown",
      },
    ),
    expected: [true, 1, true],
    follows: 'Node: a file is one module',
  },
  'one state of an ES module that is required': {
    files: esm(
      `import { state } from './state.ts'\nimport { createRequire } from 'node:module'\nconst required = createRequire(import.meta.url)('./state.ts')\n${tells('[state === required.state, globalThis.runs]')}`,
      {
        'state.ts':
          'globalThis.runs = ((globalThis.runs as number) ?? 0) + 1\nexport const state: object = {}',
      },
    ),
    expected: [true, 1],
    follows: 'Node',
    tsx: { value: [false, 2] },
  },
}
