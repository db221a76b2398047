/** What a case's entry can tell: whatever JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A file's text, or where a link leads. */
export type Content = string | { readonly link: string }
export type Files = Readonly<Record<string, Content>>

/**
 * What another program gives: a value, and another after what is written later; some other fields than ours; or an end
 * with these words on stderr.
 */
export type Outcome =
  | { readonly value: Json; readonly later?: Json }
  | { readonly unlike: Readonly<Record<string, Json>> }
  | { readonly fails: string }

/** How our program starts a file; each says another thing about what is kept between starts. */
export type Way = 'cold' | 'warm' | 'settled' | 'no-cache' | 'saved'

/**
 * A few files that ask what TypeScript means, and the answer. In texts and values `<folder>` stands for the folder
 * that the files are in.
 */
export interface MeaningCase {
  readonly files: Files
  /** The file that is started; `entry.ts` where nothing is said. */
  readonly entry?: string
  /** What the entry tells on a line of its own on stderr, which `tells` writes. */
  readonly expected: Json
  /** Whom we follow, and why. */
  readonly follows: string
  /** What tsx gives, where it gives something else. */
  readonly tsx?: Outcome
  /** What the types of Node 24 itself give, where they give something else. */
  readonly node24?: Outcome
  /** What is expected on a major version of Node, where that gives something else by itself. */
  readonly onNode?: Readonly<Record<string, Json>>
  /** The oldest major version of Node that has what is asked for. */
  readonly since?: number
  readonly env?: Readonly<Record<string, string>>
  /** Where it is started, below its folder. */
  readonly cwd?: string
  /** What is said after the entry's name, for the file itself. */
  readonly args?: readonly string[]
  /** How a server is added to the entry's end, so that our program has one to serve; `none` where it has its own. */
  readonly server?: 'module' | 'commonjs' | 'none'
  /** Packages of this repository that can be imported. What is kept of them is waited for, and started with again. */
  readonly packages?: readonly string[]
  /** A package that this repository does not have, as npm is asked for it; it is installed once. */
  readonly installed?: string
  /** Written after the first start; from then on the value below is expected. */
  readonly later?: Files
  readonly expectedLater?: Json
  /** What is wrong with the cache folder. */
  readonly cache?: 'unwritable' | 'broken' | 'contested'
  /** Ways that would say nothing about it. */
  readonly without?: readonly Way[]
}

export type Theme = Readonly<Record<string, MeaningCase>>

/** What the line begins with that an entry tells its value on. */
export const mark = 'MEANING '

/** A statement that tells the value of an expression. */
export const tells = (value: string): string =>
  `process.stderr.write('${mark}' + JSON.stringify(${value}) + '\\n')`

/** The code of what an expression, which may await, throws; else its value. Works in ES modules alone. */
export const codeOf = (value: string): string =>
  `(await (async () => ${value})().catch((error) => error.code ?? error.name))`

/** A package, under its name in `node_modules`. */
export function inModules(name: string, manifest: object, files: Files): Files {
  const folder = `node_modules/${name}`
  const written = Object.entries(files).map(([file, content]) => [`${folder}/${file}`, content])
  return {
    [`${folder}/package.json`]: JSON.stringify({ name, version: '1.0.0', ...manifest }),
    ...Object.fromEntries(written),
  }
}

/** A package with a copy for each way to load it, and a subpath for `import` alone. */
export const dual = inModules(
  'dual',
  { exports: { '.': { import: './index.mjs', require: './index.cjs' }, './only': { import: './only.mjs' } } },
  { 'index.mjs': "export const copy = 'import'", 'index.cjs': "exports.copy = 'require'", 'only.mjs': '' },
)

/** A project of ES modules, by its entry and what lies beside it. */
export const esm = (entry: string, files: Files = {}): Files => ({
  'package.json': '{ "type": "module" }',
  'entry.ts': entry,
  ...files,
})
