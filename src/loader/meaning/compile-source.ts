import { extname } from 'node:path'
import type { Loader, TransformOptions, TransformResult } from 'esbuild'
import { requireRoomForFiles } from '../../process/room-for-files.ts'
import { CliError } from '../../terminal/errors.ts'
import { compileFault } from '../faults/compile-fault.ts'
import { esbuild } from './compiler.ts'
import { withDecoratorMetadata } from './decorator-metadata.ts'
import { type CommonExports, codeOnly, commonExports, hasModuleSyntax, withoutMaps } from './lexers.ts'
import type { Project } from './project.ts'

/** A compiled source that Node can run. */
export interface CompiledSource {
  readonly format: 'module' | 'commonjs'
  readonly code: string
  /** Its source map. */
  readonly map: string
  /** The exports of CommonJS, as an importing ES module sees them. */
  readonly exports?: CommonExports
}

/** What to compile, and how. */
export interface Source {
  readonly file: string
  readonly text: string
}

/** Everything that determines the output of a file, as one text. */
export const inputOf = (file: string, project: Project): string =>
  JSON.stringify([project.lookup.hashOf(file), project.typeOf(file), project.tsconfigs.of(file).options])

type Request = readonly [text: string, options: TransformOptions]
type Output = Pick<TransformResult, 'code' | 'map'>
type Steps<Result = CompiledSource> = Generator<Request, Result, Output>

/**
 * Compiles one file, and nothing else.
 * @throws CliError (exit 3) with file, line and the offending text.
 */
export async function compileSource(source: Source, project: Project): Promise<CompiledSource> {
  const { transform } = esbuild()
  const steps = compiling(source, project)
  let next = steps.next()
  while (!next.done) {
    try {
      next = steps.next(await transform(...next.value))
    } catch (error) {
      next = steps.throw(error)
    }
  }
  return next.value
}

/** The same synchronously, for modules that are imported or required by a computed name. */
export function compileSourceNow(source: Source, project: Project): CompiledSource {
  requireRoomForFiles()
  const { transformSync } = esbuild()
  const steps = compiling(source, project)
  let next = steps.next()
  while (!next.done) {
    try {
      next = steps.next(transformSync(...next.value))
    } catch (error) {
      next = steps.throw(error)
    }
  }
  return next.value
}

function* compiling(source: Source, project: Project): Steps {
  try {
    const { file } = source
    const { options: said } = project.tsconfigs.of(file)
    const text = withDecoratorMetadata(file, source.text, said) ?? withoutMaps(source.text, /x$/.test(file))
    const options = optionsFor(file, project)
    const plain = yield [text, options]
    const type = project.typeOf(file)
    if (type === 'module') return yield* asModuleOf(text, options, plain)
    const asModule = hasModuleSyntax(plain.code)
    if (type === undefined && asModule) return yield* withCommonNames(text, options, plain)
    if (!asModule && !/\bawait\b/.test(plain.code)) return commonJs(plain)
    return (yield* asCommonJs(text, options)) ?? (yield* withCommonNames(text, options, plain))
  } catch (error) {
    throw error instanceof CliError ? error : compileFault(error)
  }
}

/** Defines `require` for an ES module whose TypeScript `import x = require()` needs it. */
function* asModuleOf(text: string, options: TransformOptions, plain: Output): Steps {
  const { code, map } =
    importRequire.test(text) && importRequire.test(codeOnly(text, options.loader === 'tsx'))
      ? withLine(yield [text, { ...options, define: { require: '__fastmcp_require' } }], requireLine)
      : plain
  return { format: 'module', code, map }
}

const importRequire = /^\s*(?:export\s+)?import\s+(?!type\s)[\w$]+\s*=\s*require\s*\(/m

/** Compiles ES module syntax to CommonJS; `undefined` if it uses top-level await, which only an ES module can. */
function* asCommonJs(text: string, options: TransformOptions): Steps<CompiledSource | undefined> {
  let made: Output
  try {
    made = yield [text, { ...options, format: 'cjs', define: { 'import.meta': metaName } }]
  } catch {
    return undefined
  }
  return commonJs(made.code.includes(metaName) ? withLine(made, metaLine) : made)
}

const commonJs = ({ code, map }: Output): CompiledSource => ({
  format: 'commonjs',
  code,
  map,
  exports: commonExports(code),
})

/**
 * A file whose module format neither its name nor its package determines. Compilers have long treated such files as
 * CommonJS, Node treats them as ES modules; CommonJS variables work in it too. If it sets its exports by one of them, it
 * is CommonJS, since the exports of an ES module are static.
 */
function* withCommonNames(text: string, options: TransformOptions, plain: Output): Steps {
  if (!/\b(?:require|module|exports|__dirname|__filename)\b/.test(plain.code))
    return { format: 'module', code: plain.code, map: plain.map }
  const made = yield [text, { ...options, define: commonNames }]
  if (ownExports.test(made.code) && ownExports.test(codeOnly(made.code))) {
    const common = yield* asCommonJs(text, options)
    if (common) return common
  }
  const { code, map } = /\b__fastmcp_(?:require|module)\b/.test(made.code) ? withLine(made, commonLine) : made
  return { format: 'module', code, map }
}

const metaName = '__fastmcp_meta'
const metaLine = `const ${metaName} = { url: require('node:url').pathToFileURL(__filename).href, filename: __filename, dirname: __dirname };`

const commonNames = {
  __dirname: 'import.meta.dirname',
  __filename: 'import.meta.filename',
  require: '__fastmcp_require',
  module: '__fastmcp_module',
  exports: '__fastmcp_module.exports',
}
/** What becomes of `exports` and `module.exports`, and what the compiler makes of `export =`. */
const ownExports = /\b__fastmcp_module\.exports\b|^module\.exports = /m

const requireLine =
  "import { createRequire as __fastmcp_create } from 'node:module';" +
  'const __fastmcp_require = __fastmcp_create(import.meta.url);'
/** Nothing but the program is without a parent, and the program is the main module. */
const commonLine =
  "import __fastmcp_Module from 'node:module';" +
  'const __fastmcp_require = __fastmcp_Module.createRequire(import.meta.filename), __fastmcp_module = ' +
  'process.mainModule?.filename === import.meta.filename ? process.mainModule : Object.assign(' +
  "new __fastmcp_Module(import.meta.filename, process.mainModule ?? new __fastmcp_Module('.')), { filename: import.meta.filename });"

/** Whether a module that has been compiled has a `module` as CommonJS has. */
export const hasCommonModule = ({ format, code }: Omit<CompiledSource, 'map'>): boolean =>
  format === 'module' && /\bconst __fastmcp_require = .*\b__fastmcp_module = /.test(code)

/** Inserts a line before the code, below a hashbang. */
function withLine({ code, map }: Output, line: string): Output {
  const [hashbang = ''] = /^#!.*\n/.exec(code) ?? []
  const parsed = JSON.parse(map) as { mappings: string }
  return {
    code: `${hashbang}${line}\n${code.slice(hashbang.length)}`,
    // A semicolon shifts the mappings by one line; a hashbang has no mappings.
    map: JSON.stringify({ ...parsed, mappings: `;${parsed.mappings}` }),
  }
}

function optionsFor(file: string, project: Project): TransformOptions {
  const { options } = project.tsconfigs.of(file)
  return {
    // `.mts` and `.cts` use the loader of `.ts`.
    loader: extname(file).replace(/^\.[cm]?/, '') as Loader,
    sourcefile: file,
    sourcemap: 'external',
    sourcesContent: false,
    target: `node${process.versions.node}`,
    platform: 'node',
    logLevel: 'silent',
    // Otherwise the compiler would search for a tsconfig itself, in the wrong folder.
    tsconfigRaw: { compilerOptions: Object.fromEntries(heeded.map((name) => [name, options[name]])) },
  }
}

/** The tsconfig options that the compiler supports. */
const heeded = [
  'alwaysStrict',
  'experimentalDecorators',
  'importsNotUsedAsValues',
  'jsx',
  'jsxFactory',
  'jsxFragmentFactory',
  'jsxImportSource',
  'preserveValueImports',
  'strict',
  'target',
  'useDefineForClassFields',
  'verbatimModuleSyntax',
]
