import { codeOf, esm, inModules, type Theme, tells } from '../case.ts'

/** What an import that fails is caught with. */
export const faults: Theme = {
  'what a file throws is what is caught': {
    files: esm(
      `const caught = await import('./throws.ts').catch((error) => error)\n${tells('[caught === globalThis.thrown, caught.name, caught.cause, caught.extra, caught.constructor.name]')}`,
      {
        'throws.ts':
          "class Odd extends Error { override name = 'Odd'; extra: number = 1 }\nglobalThis.thrown = new Odd('odd', { cause: 'a cause' })\nthrow globalThis.thrown",
      },
    ),
    expected: [true, 'Odd', 'a cause', 1, 'Odd'],
    follows: 'ECMAScript',
  },
  'what is no error': {
    files: esm(
      `const told: unknown[] = []\nfor (const file of ['./text.ts', './nothing.ts']) await import(file).catch((thrown) => { told.push(thrown ?? null) })\n${tells('told')}`,
      { 'text.ts': "throw 'text' as string", 'nothing.ts': 'throw undefined' },
    ),
    expected: ['text', null],
    follows: 'ECMAScript',
  },
  'a rejected top-level await': {
    files: esm(tells(codeOf("import('./rejects.ts')")), {
      'rejects.ts': "await Promise.reject(new RangeError('no'))\nexport const x: number = 1",
    }),
    expected: 'RangeError',
    follows: 'ECMAScript',
  },
  'siblings of a file that throws': {
    files: esm(`await import('./parent.ts').catch(() => undefined)\n${tells('globalThis.ran')}`, {
      'parent.ts': "import './a.ts'\nimport './throws.ts'\nimport './b.ts'\nglobalThis.ran.push('parent')",
      'a.ts': "globalThis.ran = ['a' as string]",
      'b.ts': "globalThis.ran.push('b' as string)",
      'throws.ts': "globalThis.ran.push('throws')\nthrow new Error('no' as string)",
    }),
    expected: ['a', 'throws'],
    follows: 'ECMAScript: nothing runs after it',
  },
  'addresses and names that cannot be': {
    files: esm(
      tells(
        `[${["'https://example.com/a.js'", "'nope:x'", "'node:nope'", "'pkg%2fname'", "'#private'"].map((name) => codeOf(`import(${name})`)).join(', ')}]`,
      ),
    ),
    expected: [
      'ERR_UNSUPPORTED_ESM_URL_SCHEME',
      'ERR_UNSUPPORTED_ESM_URL_SCHEME',
      'ERR_UNKNOWN_BUILTIN_MODULE',
      'ERR_INVALID_MODULE_SPECIFIER',
      'ERR_PACKAGE_IMPORT_NOT_DEFINED',
    ],
    follows: 'Node',
  },
  'a kind of file that nobody knows': {
    files: esm(tells(codeOf("import('./data.txt')")), { 'data.txt': 'data' }),
    expected: 'ERR_UNKNOWN_FILE_EXTENSION',
    follows: 'Node',
  },
  'a folder with nothing to load': {
    files: esm(tells(codeOf("import('./folder')")), { 'folder/data.txt': 'data' }),
    expected: 'ERR_UNSUPPORTED_DIR_IMPORT',
    follows: 'Node',
  },
  'JSON that is none': {
    files: esm(tells(codeOf("import('./data.json', { with: { type: 'json' } })")), {
      'data.json': '{ n: 1 }',
    }),
    expected: 'SyntaxError',
    follows: 'Node',
    tsx: { value: 'TransformError' },
  },
  'an attribute that does not fit': {
    files: esm(tells(codeOf("import('./a.ts', { with: { type: 'json' } })")), {
      'a.ts': 'export const a: number = 1',
    }),
    expected: 'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE',
    follows: 'Node, as for JavaScript; of types of its own it does not ask',
    node24: { value: { a: 1 } },
    onNode: { '20': 'ERR_IMPORT_ASSERTION_TYPE_FAILED' },
  },
  'an attribute that nobody knows': {
    files: esm(tells(codeOf("import('./a.ts', { with: { type: 'css' } })")), {
      'a.ts': 'export const a: number = 1',
    }),
    expected: 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED',
    follows: 'Node, as for JavaScript',
    node24: { value: { a: 1 } },
    onNode: { '20': 'ERR_IMPORT_ASSERTION_TYPE_UNSUPPORTED' },
  },
  'a package.json that is none': {
    files: esm(tells(codeOf("import('broken')")), {
      'node_modules/broken/package.json': '{ "name": ',
      'node_modules/broken/index.js': '',
    }),
    expected: 'ERR_INVALID_PACKAGE_CONFIG',
    follows: 'Node',
  },
  'a package with a syntax error': {
    files: esm(tells(codeOf("import('broken')")), {
      ...inModules('broken', { type: 'module' }, { 'index.js': 'export const x = ;' }),
    }),
    expected: 'SyntaxError',
    follows: 'Node',
  },
  'a file that has been mended': {
    files: esm(
      `const told = await import('./a.ts').then((one) => one.a, (error: Error) => error.constructor !== undefined)\n${tells('told')}`,
      { 'a.ts': 'export const a: number = ;' },
    ),
    later: { 'a.ts': 'export const a: number = 3' },
    expected: true,
    expectedLater: 3,
    follows: 'Node',
  },
}
