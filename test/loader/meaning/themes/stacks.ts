import { esm, inModules, type Theme, tells } from '../case.ts'

/** The places of a stack, without the folders that Node and tsx write differently. */
const places = (stack: string, count: number) =>
  `${stack}.split('\\n').filter((line) => line.startsWith('    at ')).slice(0, ${count}).map((line) => (/([^/\\s(]*)(?: \\()?(?:file:\\/\\/)?\\/?[^()]*?([^/]+:\\d+:\\d+)\\)?$/.exec(line) ?? [])[2])`

const types = 'interface A {\n  readonly a: string\n  b: number\n}\n\ntype B = A | undefined\n'

/** Where errors say that they come from, and what packages find out of their callers. */
export const stacks: Theme = {
  'a throw below types of several lines': {
    files: esm(
      `${types}const x: B = undefined\nconst { stack } = new Error('here')\n${tells(places('stack', 1))}`,
    ),
    expected: ['entry.ts:8:19'],
    follows: 'Node: the line and the column of the source',
  },
  'a function of another file': {
    files: esm(
      `import { fail } from './lib.js'\nlet stack = ''\ntry { fail(1) } catch (error) { stack = (error as Error).stack }\n${tells(places('stack', 2))}`,
      {
        'lib.ts': `${types}export function fail(n: number): never {\n  throw new RangeError(String(n satisfies number))\n}\n`,
      },
    ),
    expected: ['lib.ts:8:9', 'entry.ts:3:7'],
    follows: 'tsx',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
  },
  'below an enum': {
    files: esm(
      `enum Colour {\n  Red,\n  Green = 'green',\n}\nclass Box {\n  constructor(readonly colour: Colour) {}\n  fail() { throw new Error(String(this.colour)) }\n}\nlet stack = ''\ntry { new Box(Colour.Red).fail() } catch (error) { stack = (error as Error).stack }\n${tells(places('stack', 2))}`,
    ),
    expected: ['entry.ts:7:18', 'entry.ts:10:27'],
    follows: 'tsx: what is compiled has the places of its source',
    node24: { fails: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' },
  },
  'after an await': {
    files: esm(
      `${types}const later = async (n: number): Promise<void> => {\n  await new Promise((done) => setTimeout(done, 1))\n  throw new Error(String(n))\n}\nconst error: Error = await later(1).then(() => new Error(), (thrown) => thrown)\n${tells(places('error.stack', 2))}`,
    ),
    expected: ['entry.ts:9:9', 'entry.ts:11:22'],
    follows: 'Node',
  },
  'lines that end as on Windows': {
    files: esm(
      `${types}const { stack } = new Error('here')\n`.replaceAll('\n', '\r\n') + tells(places('stack', 1)),
    ),
    expected: ['entry.ts:7:19'],
    follows: 'Node',
  },
  'in CommonJS': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `${types}const lib = require('./lib.cts')\n${tells(places('lib.made().stack', 2))}`,
      'lib.cts': `${types}exports.made = (): Error => new Error('made')`,
    },
    expected: ['lib.cts:7:29', 'entry.cts:8:54'],
    follows: 'Node',
  },
  'in JavaScript beside it': {
    files: esm(`import { made } from './lib.js'\n${tells(places('made().stack', 1))}`, {
      'lib.js': "// A remark.\n\nexport const made = () => new Error('made')\n",
    }),
    expected: ['lib.js:3:27'],
    follows: 'Node',
  },
  'call sites have true files': {
    files: esm(`import { sites } from './lib.ts'\n${types}${tells('sites()')}`, {
      'lib.ts': `${types}export function sites(): unknown {
  const { prepareStackTrace } = Error
  Error.prepareStackTrace = (_, all) => all
  const all = new Error().stack as unknown as NodeJS.CallSite[]
  Error.prepareStackTrace = prepareStackTrace
  return all.slice(0, 2).map((site) => [site.getFileName(), site.getFunctionName()])
}`,
    }),
    expected: [
      ['file://<folder>/lib.ts', 'sites'],
      ['file://<folder>/entry.ts', null],
    ],
    follows: 'Node: the address of the file that is running',
  },
  'a package that finds its caller': {
    files: esm(`import { target } from 'logs'\n${tells("target('writes')")}`, {
      ...inModules('writes', {}, { 'index.js': 'module.exports = 1' }),
      ...inModules('logs/node_modules/writes', { name: 'writes' }, { 'index.js': 'module.exports = 2' }),
      ...inModules(
        'logs',
        {},
        {
          'index.js': `const { createRequire } = require('node:module')
exports.target = (name) => {
  const { prepareStackTrace } = Error
  Error.prepareStackTrace = (_, sites) => sites
  const files = new Error().stack.map((site) => site.getFileName())
  Error.prepareStackTrace = prepareStackTrace
  const caller = files.find((file) => file && file !== __filename && !file.startsWith('node:'))
  return createRequire(caller).resolve(name)
}`,
        },
      ),
    }),
    expected: '<folder>/node_modules/writes/index.js',
    follows: 'Node: it is found from where the caller stands, as pino finds its transports (F-B5)',
  },
  'a file beside the caller, found by a package': {
    files: esm(`import { target } from 'logs'\n${tells("target('./writes.cjs')")}`, {
      'writes.cjs': 'module.exports = 1',
      ...inModules(
        'logs',
        { type: 'module' },
        {
          'index.js': `import { createRequire } from 'node:module'
export function target(name) {
  const [, , line] = new Error().stack.split('\\n')
  const [caller] = /(?:file:\\/\\/)?\\/[^()]+(?=:\\d+:\\d+)/.exec(line)
  return createRequire(caller).resolve(name)
}`,
        },
      ),
    }),
    expected: '<folder>/writes.cjs',
    follows: 'Node: the text of a stack names the file (F-B5)',
  },
  'names of functions and classes': {
    files: esm(
      `const arrow = (n: number) => n\nclass Shape {}\nconst Other = class {}\nexport default function () {}\nconst held = { method(n: number) { return n }, ['a' + 'b']: () => 0 }\n${tells('[arrow.name, Shape.name, Other.name, held.method.name, held.ab.name]')}`,
    ),
    server: 'none',
    without: ['saved'],
    expected: ['arrow', 'Shape', 'Other', 'method', 'ab'],
    follows: 'ECMAScript',
  },
  'two classes of one name in two files': {
    files: esm(
      `import { Tool } from './a.ts'\nimport { Tool as Other } from './b.ts'\n${tells('[Tool.name, Other.name, new Other().constructor.name]')}`,
      {
        'a.ts': 'export class Tool { readonly n: number = 1 }',
        'b.ts': 'export class Tool { readonly n: number = 2 }',
      },
    ),
    expected: ['Tool', 'Tool', 'Tool'],
    follows: 'ECMAScript',
  },
  'the text of a function runs elsewhere': {
    files: esm(
      `const outer = (n: number) => {\n  const inner = () => n + 1\n  class Held { n = inner() }\n  return new Held().n\n}\nlet told: unknown\ntry { told = new Function(\`return (\${outer})(1)\`)() } catch (error) { told = (error as Error).message }\n${tells('told')}`,
    ),
    expected: 2,
    follows:
      'Node 24: a function that is sent to a browser or a worker as text brings nothing of the compiler’s',
    tsx: { value: '__name is not defined' },
  },
  'the text of a JavaScript function': {
    files: esm(`import { add } from './lib.js'\n${tells('String(add)')}`, {
      'lib.js': 'export function add(a,   b) { /* kept */ return a+b }',
    }),
    expected: 'function add(a,   b) { /* kept */ return a+b }',
    follows: 'Node: JavaScript is run as it is',
  },
  'a stack that user code prepares': {
    files: esm(
      `Error.prepareStackTrace = (error, sites) => \`\${error.message} \${sites[0]?.getLineNumber()}\`\nconst { stack } = new Error('mine')\nError.prepareStackTrace = undefined\n${tells('stack')}`,
    ),
    expected: 'mine 2',
    follows: 'Node',
    tsx: { value: 'mine 1' },
  },
}
