import { esm, inModules, type Theme, tells } from '../case.ts'

const erasable = { fails: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' } as const
const options = (text: string) => `{ "compilerOptions": { ${text} } }`

/** A stand-in for reflect-metadata, which notes what it is told of. */
const metadata = `const noted: string[] = []
;(Reflect as unknown as Record<string, unknown>).metadata = (key: string, value: unknown) => () => { noted.push(\`\${key} \${Array.isArray(value) ? value.map((one) => one?.name) : (value as { name?: string })?.name}\`) }
`

/** What TypeScript adds to JavaScript, and what a tsconfig makes of it. */
export const syntax: Theme = {
  enums: {
    files: esm(
      `enum Colour { Red, Green = 5, Blue }\nenum Word { Yes = 'yes' }\nconst enum Fast { One = 1 << 3 }\n${tells('[Colour.Blue, Colour[5], Word.Yes, Fast.One, Object.keys(Colour)]')}`,
    ),
    expected: [6, 'Green', 'yes', 8, ['0', '5', '6', 'Red', 'Green', 'Blue']],
    follows: 'tsc',
    node24: erasable,
  },
  'a const enum of another file': {
    files: esm(
      `import { Fast } from './fast.ts'\nimport { Level } from './fast.ts'\n${tells('[Fast.One, Level.High]')}`,
      {
        'fast.ts': "export const enum Fast { One = 'one' }\nexport enum Level { High = 3 }",
      },
    ),
    expected: ['one', 3],
    follows: 'tsx: it is there, since nothing is inlined',
    node24: erasable,
  },
  'namespaces, and what is merged with them': {
    files: esm(
      `namespace Shape { export const sides = 3; export namespace Inner { export const deep = true } }\nfunction make() { return make.count }\nnamespace make { export const count = 7 }\nimport deep = Shape.Inner\n${tells('[Shape.sides, deep.deep, make()]')}`,
    ),
    expected: [3, true, 7],
    follows: 'tsc',
    node24: erasable,
  },
  'parameter properties': {
    files: esm(
      `class Base { constructor(protected readonly a: number) {} }\nclass More extends Base { b = this.a + 1; constructor(a: number, public c = a * 10) { super(a) } }\n${tells('new More(1)')}`,
    ),
    expected: { a: 1, c: 10, b: 2 },
    follows: 'tsc',
    node24: erasable,
  },
  'fields are defined': {
    files: esm(
      `class Base { set a(value: number) { throw new Error('set') } }\nclass More extends Base { a = 1; b?: number }\nconst more = new More()\n${tells("[Object.keys(more), 'b' in more]")}`,
    ),
    expected: [['a', 'b'], true],
    follows: 'ECMAScript, and tsc for any target since ES2022',
  },
  'fields are set, where the tsconfig says so': {
    files: esm(
      `const seen: number[] = []\nclass Base { set a(value: number) { seen.push(value) } }\nclass More extends Base { a = 1; b?: number }\nconst more = new More()\n${tells("[seen, Object.keys(more), 'b' in more]")}`,
      { 'tsconfig.json': options('"useDefineForClassFields": false') },
    ),
    expected: [[1], [], false],
    follows: 'tsc with useDefineForClassFields: false',
    node24: { value: [[], ['a', 'b'], true] },
  },
  'fields are set for an old target': {
    files: esm(
      `const seen: number[] = []\nclass Base { set a(value: number) { seen.push(value) } }\nclass More extends Base { a = 1 }\nconst more = new More()\n${tells('[seen, Object.keys(more)]')}`,
      { 'tsconfig.json': options('"target": "es2020"') },
    ),
    expected: [[1], []],
    follows: 'tsc: the default of useDefineForClassFields follows the target',
    node24: { value: [[], ['a']] },
  },
  'declared fields': {
    files: esm(`class Base { a = 1 }\nclass More extends Base { declare a: number }\n${tells('new More()')}`),
    expected: { a: 1 },
    follows: 'TypeScript: what is declared is not defined',
  },
  'decorators of the standard': {
    files: esm(
      `const seen: unknown[] = []\nconst noted = (_: unknown, context: { kind: string; name?: string | symbol }) => { seen.push([context.kind, context.name]) }\n@(noted as any) class Shape { @(noted as any) sides = 3; @(noted as any) area() {} }\nvoid Shape\n${tells('seen')}`,
    ),
    expected: [
      ['method', 'area'],
      ['field', 'sides'],
      ['class', 'Shape'],
    ],
    follows: 'ECMAScript, and tsc without experimentalDecorators',
    node24: { fails: 'SyntaxError' },
  },
  'decorators of before': {
    files: esm(
      `const seen: unknown[] = []\nconst noted = (...words: unknown[]) => { seen.push(words.slice(1).map((one) => typeof one === 'object' ? 'descriptor' : one ?? null)) }\nclass Shape { @(noted as any) sides = 3; @(noted as any) area(@(noted as any) n: number) { return n } }\nvoid Shape\n${tells('seen')}`,
      { 'tsconfig.json': options('"experimentalDecorators": true') },
    ),
    expected: [
      ['sides', null],
      ['area', 0],
      ['area', 'descriptor'],
    ],
    follows: 'tsc with experimentalDecorators',
    node24: { fails: 'SyntaxError' },
  },
  'decorators with metadata': {
    files: esm(
      `${metadata}import { Service } from './service.ts'\nconst inject = (_: unknown) => {}\n@inject class Tool { constructor(readonly service: Service, n: number, s?: string) {} }\nvoid Tool\n${tells('noted')}`,
      {
        'tsconfig.json': options('"experimentalDecorators": true, "emitDecoratorMetadata": true'),
        'service.ts': 'export class Service {}',
      },
    ),
    expected: ['design:paramtypes Service,Number,String'],
    installed: 'typescript@5',
    follows: 'tsc with emitDecoratorMetadata, which dependency injection is built on',
    tsx: { value: [] },
    node24: { fails: 'SyntaxError' },
  },
  'metadata of methods and properties': {
    files: esm(
      `${metadata}const mark = (..._: unknown[]): any => {}\nclass Tool { @mark name: string = ''; @mark call(id: number, when: Date): Promise<void> { return Promise.resolve() } }\nvoid Tool\n${tells('noted.sort()')}`,
      { 'tsconfig.json': options('"experimentalDecorators": true, "emitDecoratorMetadata": true') },
    ),
    expected: [
      'design:paramtypes Number,Date',
      'design:returntype Promise',
      'design:type Function',
      'design:type String',
    ],
    installed: 'typescript@5',
    follows: 'tsc with emitDecoratorMetadata',
    tsx: { value: [] },
    node24: { fails: 'SyntaxError' },
  },
  'accessors, private names and static blocks': {
    files: esm(
      `class Shape { static made = 0; #sides = 3; accessor colour = 'red'; static { this.made = 1 } has(other: object) { return #sides in other } get sides() { return this.#sides } }\nconst shape = new Shape()\n${tells('[shape.colour, shape.sides, shape.has(shape), shape.has({}), Shape.made, Object.keys(shape)]')}`,
    ),
    expected: ['red', 3, true, false, 1, []],
    follows: 'ECMAScript',
    node24: { fails: 'SyntaxError' },
  },
  using: {
    files: esm(
      `const seen: string[] = []\nconst held = (name: string) => ({ [Symbol.dispose]: () => { seen.push(name) } })\n{ using a = held('a'); using b = held('b'); void [a, b]; seen.push('in') }\nseen.push('out')\n${tells('seen')}`,
    ),
    expected: ['in', 'b', 'a', 'out'],
    follows: 'ECMAScript',
  },
  'what is erased': {
    files: esm(
      `abstract class Base<T> { abstract get(): T; protected constructor(readonly0?: T) { void readonly0 } }\nclass More extends Base<string> implements Iterable<string> { constructor() { super() } override get(): string; override get(n?: number): string { return String(n ?? 'none') } *[Symbol.iterator](this: More) { yield this.get() } }\nfunction isText(value: unknown): value is string { return typeof value === 'string' }\ndeclare const nowhere: unique symbol\ndeclare global { interface Array<T> { extra?: T } }\nconst generic = <T,>(value: T) => value!\nconst map = { a: 1 } as const satisfies Record<string, number>\nlet later!: number\nlater = 2\n${tells("[...new More(), isText('x'), generic<number>(map.a), later as unknown as number]")}`,
    ),
    expected: ['none', true, 1, 2],
    follows: 'TypeScript',
  },
  'generics that look like comparisons': {
    files: esm(
      `const f = <T, U = T>(a: T, b?: U) => [a, b]\nconst a = 1, b = 2, c = 3\n${tells('[f<number, string>(a), a < b, b > c]')}`,
    ),
    expected: [[1, null], true, false],
    follows: 'TypeScript',
  },
  'JSX, by the classic factory': {
    entry: 'entry.tsx',
    files: {
      'package.json': '{ "type": "module" }',
      'tsconfig.json': options('"jsx": "react", "jsxFactory": "h", "jsxFragmentFactory": "Part"'),
      'entry.tsx': `const Part = 'part'\nconst h = (kind: unknown, props: unknown, ...inner: unknown[]): unknown => [kind, props, ...inner]\n${tells('<><a href="x" {...{ b: 1 }}>text {1 + 1}</a></>')}`,
    },
    expected: ['part', null, ['a', { href: 'x', b: 1 }, 'text ', 2]],
    follows: 'tsc',
    node24: { fails: 'ERR_UNKNOWN_FILE_EXTENSION' },
  },
  'JSX, by the runtime of a package': {
    entry: 'entry.tsx',
    files: {
      'package.json': '{ "type": "module" }',
      'tsconfig.json': options('"jsx": "react-jsx", "jsxImportSource": "tiny"'),
      'entry.tsx': `import { Box } from './box.js'\n${tells('<Box n={1}><i>in</i></Box>')}`,
      'box.tsx': 'export const Box = (props: { n: number; children: unknown }) => props',
      ...inModules(
        'tiny',
        { type: 'module', exports: { './jsx-runtime': './run.js' } },
        {
          'run.js':
            "export const jsx = (kind, props) => ({ kind: kind.name ?? kind, ...props })\nexport const jsxs = jsx, Fragment = 'all'",
        },
      ),
    },
    expected: { kind: 'Box', n: 1, children: { kind: 'i', children: 'in' } },
    follows: 'tsc',
    node24: { fails: 'ERR_UNKNOWN_FILE_EXTENSION' },
  },
  'a pragma of the file': {
    entry: 'entry.tsx',
    files: {
      'package.json': '{ "type": "module" }',
      'entry.tsx': `/** @jsx own */\nconst own = (kind: string): string => 'own ' + kind\n${tells('<a/>')}`,
    },
    expected: 'own a',
    follows: 'tsc',
    node24: { fails: 'ERR_UNKNOWN_FILE_EXTENSION' },
  },
  'an old target does not lower anything': {
    files: esm(
      `class Shape { #n = 1; async *all() { yield this.#n } }\nlet told = 0\nfor await (const n of new Shape().all()) told += n\n${tells("[told, (async () => {}).constructor.name, String(Shape).includes('#n')]")}`,
      { 'tsconfig.json': options('"target": "es2017", "module": "commonjs", "lib": ["es2017"]') },
    ),
    expected: [1, 'AsyncFunction', true],
    follows: 'tsx: the target is the Node that runs it',
  },
  'an import that is a value and a type': {
    files: esm(
      `import { Shape, type Named, default as main } from './shape.ts'\nexport type { Named }\nexport { type Shape as Other, main }\nconst named: Named = { name: new Shape().name }\n${tells('[named, main]')}`,
      {
        'shape.ts':
          'export class Shape { name = "shape" }\nexport interface Named { name: string }\nexport default 3 as number',
      },
    ),
    expected: [{ name: 'shape' }, 3],
    follows: 'TypeScript',
  },
  'what another file re-exports and is a type': {
    files: esm(`import { make } from './index.ts'\n${tells('make()')}`, {
      'index.ts':
        "export { make } from './make.ts'\nexport type { Made } from './make.ts'\nexport type * from './types.ts'",
      'make.ts':
        "import type { A } from './types.ts'\nexport type Made = A\nexport const make = (): Made => 1",
      'types.ts': 'export type A = number',
    }),
    expected: 1,
    follows: 'TypeScript',
  },
  'strict mode, by tsconfig or without': {
    entry: 'entry.cts',
    files: {
      'entry.cts': `${tells('(function (this: unknown) { return typeof this })()')}`,
    },
    expected: 'object',
    follows: 'Node: CommonJS is sloppy unless it says otherwise',
  },
}
