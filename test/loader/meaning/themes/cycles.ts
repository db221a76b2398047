import { codeOf, esm, type Theme, tells } from '../case.ts'

/** Modules that reach one another in a circle, and what they see of each other's variables. */
export const cycles: Theme = {
  'two files whose functions call each other': {
    files: esm(`import { even } from './even.ts'\n${tells('even(10)')}`, {
      'even.ts':
        "import { odd } from './odd.ts'\nexport function even(n: number): boolean { return n === 0 || odd(n - 1) }",
      'odd.ts':
        "import { even } from './even.ts'\nexport function odd(n: number): boolean { return n !== 0 && even(n - 1) }",
    }),
    expected: true,
    follows: 'ECMAScript',
  },
  'a constant that is not set yet': {
    files: esm(tells(codeOf("import('./a.ts')")), {
      'a.ts': "import './b.ts'\nexport const a: number = 1",
      'b.ts': "import { a } from './a.ts'\nexport const b = a + 1",
    }),
    expected: 'ReferenceError',
    follows: 'ECMAScript: it is in its temporal dead zone, and not undefined',
  },
  'a class that extends one of a file that imports it': {
    files: esm(tells(codeOf("import('./base.ts')")), {
      'base.ts': "import { make } from './derived.ts'\nexport class Base {}\nexport { make }",
      'derived.ts':
        "import { Base } from './base.ts'\nclass Derived extends Base {}\nexport const make = () => new Derived()",
    }),
    expected: 'ReferenceError',
    follows: 'ECMAScript',
  },
  'through the entry, with a top-level await and a lazy import': {
    files: esm(
      `import { ready } from './tla.ts'\nimport { log } from './log.ts'\nexport const name: string = 'entry'\nexport const tool = async () => (await import('./log.ts')).log\nvoid tool().then((lazy) => { ${tells('[ready, log(), lazy === log]')} })`,
      {
        'log.ts':
          "import { name } from './entry.ts'\nimport { ready } from './tla.ts'\nexport const log = () => `${name} ${ready}`",
        'tla.ts': "export const ready: string = await new Promise((done) => setTimeout(done, 10, 'ready'))",
      },
    ),
    expected: ['ready', 'entry ready', true],
    follows: 'ECMAScript: members of a circle wait for one another once (F-B11)',
  },
  'two awaits in one circle': {
    files: esm(`import { a } from './a.ts'\n${tells('a')}`, {
      'a.ts': "import { b } from './b.ts'\nexport const a: number = (await Promise.resolve(1)) + b",
      'b.ts': "import './a.ts'\nexport const b: number = await Promise.resolve(2)",
    }),
    expected: 3,
    follows: 'ECMAScript',
  },
  'a lazy import of a file that waits for its importer': {
    files: esm(`const { b } = await import('./a.ts')\n${tells('await b()')}`, {
      'a.ts': "export const a: number = 1\nexport const b = async () => (await import('./b.ts')).b",
      'b.ts': "import { a } from './a.ts'\nexport const b = await Promise.resolve(a + 1)",
    }),
    expected: 2,
    follows: 'ECMAScript',
  },
  'the entry, imported by what it imports': {
    files: esm(
      `import { mine } from './lib.ts'\n;(globalThis.runs ??= []).push('entry')\nexport const made = { by: 'entry' as string }\n${tells('[mine() === made, globalThis.runs]')}`,
      { 'lib.ts': "import { made } from './entry.ts'\nexport const mine = () => made" },
    ),
    expected: [true, ['entry']],
    follows: 'Node: the entry is a module like others, and runs once',
  },
  'the entry, imported by itself': {
    files: esm(
      `import * as self from './entry.ts'\n;(globalThis.runs ??= []).push('entry')\nexport const made: object = {}\nconst later = import('./entry.ts')\nvoid later.then((one) => { ${tells('[self.made === made, one === self, globalThis.runs]')} })`,
    ),
    expected: [true, true, ['entry']],
    follows: 'Node',
  },
  'CommonJS sees what has been exported so far': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `const a = require('./a.cts')\n${tells('[a.seen, a.late]')}`,
      'a.cts': "exports.early = 1 as number\nexports.seen = require('./b.cts').seen\nexports.late = 2",
      'b.cts': "const a = require('./a.cts')\nexports.seen = Object.keys(a)",
    },
    expected: [['early'], 2],
    follows: 'Node',
  },
  'a live binding': {
    files: esm(
      `import { count, more } from './count.ts'\nconst before = count\nmore()\n${tells('[before, count]')}`,
      { 'count.ts': 'export let count: number = 0\nexport const more = () => { count++ }' },
    ),
    expected: [0, 1],
    follows: 'ECMAScript',
  },
  'a live binding through two files': {
    files: esm(
      `import { many, more } from './a.ts'\nimport * as all from './b.ts'\nmore()\nmore()\n${tells('[many, all.count]')}`,
      {
        'a.ts': "export { count as many, more } from './b.ts'",
        'b.ts': "export * from './count.ts'",
        'count.ts': 'export let count: number = 0\nexport const more = () => { count++ }',
      },
    ),
    expected: [2, 2],
    follows: 'ECMAScript',
  },
  'a live binding in a lazy namespace': {
    files: esm(
      `import { more } from './count.ts'\nconst all = await import('./count.ts')\nmore()\n${tells('all.count')}`,
      { 'count.ts': 'export let count: number = 0\nexport const more = () => { count++ }' },
    ),
    expected: 1,
    follows: 'ECMAScript',
  },
  'a default that is a value, and one that is a binding': {
    files: esm(
      `import value, { more as a } from './value.ts'\nimport binding, { more as b } from './binding.ts'\na()\nb()\n${tells('[value, binding]')}`,
      {
        'value.ts': 'let n: number = 0\nexport const more = () => { n++ }\nexport default n',
        'binding.ts': 'let n: number = 0\nexport const more = () => { n++ }\nexport { n as default }',
      },
    ),
    expected: [0, 1],
    follows: 'ECMAScript: export default takes the value, export { as default } the variable',
  },
  'a namespace is an object of its own kind': {
    files: esm(
      `import * as all from './a.ts'\nlet set = 'set'\ntry { (all as { a: number }).a = 2 } catch (error) { set = (error as Error).name }\n${tells("[Object.keys(all), Object.prototype.toString.call(all), Object.getPrototypeOf(all), set, 'missing' in all]")}`,
      { 'a.ts': 'export const b = 1\nexport const a: number = 1\nexport default 0' },
    ),
    expected: [['a', 'b', 'default'], '[object Module]', null, 'TypeError', false],
    follows: 'ECMAScript',
  },
  'names that two files export are nobody’s': {
    files: esm(`import * as all from './all.ts'\n${tells('Object.keys(all)')}`, {
      'all.ts': "export * from './a.ts'\nexport * from './b.ts'",
      'a.ts': 'export const both: number = 1, a = 1',
      'b.ts': 'export const both: number = 2, b = 1',
    }),
    expected: ['a', 'b'],
    follows: 'ECMAScript: a name that is ambiguous is left out',
  },
  'an import that the file does not have': {
    files: esm(tells(codeOf("import('./wrong.ts')")), {
      'wrong.ts': "import { nowhere } from './a.ts'\nexport const x = nowhere",
      'a.ts': 'export const a: number = 1',
    }),
    expected: 'SyntaxError',
    follows: 'ECMAScript: it does not link, and nothing of it runs',
  },
  'instances of one class across files': {
    files: esm(
      `import { Shape } from './shape.ts'\nimport { make } from './lib/make.ts'\nconst { Shape: lazy } = await import('./shape.js')\n${tells('[make() instanceof Shape, lazy === Shape, make() instanceof lazy]')}`,
      {
        'shape.ts': 'export class Shape { readonly sides: number = 3 }',
        'lib/make.ts': "import { Shape } from '../shape.js'\nexport const make = () => new Shape()",
      },
    ),
    expected: [true, true, true],
    follows: 'tsx: a file is one module, whatever it is called',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
  },
}
