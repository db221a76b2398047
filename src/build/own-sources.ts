import { extname, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { OnLoadResult, OnResolveArgs, Plugin } from 'esbuild'
import { decodeText } from '../files/text-file.ts'
import { codeOnly, hasModuleSyntax } from '../loader/meaning/lexers.ts'
import { isTypescript } from '../loader/meaning/source-kind.ts'
import type { OwnModules } from '../loader/pack/own-modules.ts'
import { instrument } from '../patches/packages/instrument.ts'
import { type Edit, edited, lineAt, type Source, sourceOf } from './code-places.ts'
import { computedNames } from './computed-names.ts'
import { ownRequires } from './own-requires.ts'
import { type Refusal, refusalsOf } from './refusals.ts'
import { placedAt } from './surroundings.ts'
import { threadEdit, threadsIn } from './threads.ts'

export interface OwnSourcesOptions {
  own: OwnModules
  /** The folder of the built file. */
  folder: string
  /** Makes one script of the file that a thread starts with. */
  threadScript(file: string): Promise<string>
  /** Is told of each file, and its text. */
  onSource(file: string, text: string): void
}

/**
 * The user's own files, each compiled as `run` compiles it. Each sees the place that it had, as seen from the built
 * file: data beside it is found as long as both keep their distance, and its entry guard asks for that place.
 */
export function ownSources(options: OwnSourcesOptions): Plugin {
  const { own } = options
  return {
    name: 'own-sources',
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => {
        const path = ownTarget(args, own)
        // What a package.json says of side effects, Node does not ask.
        return path === undefined ? undefined : { path, sideEffects: true }
      })
      // A program may have a name without an extension.
      const filter = /\.(?:[cm]?[jt]s|[jt]sx)$|[\\/][^.\\/]+$/
      build.onLoad({ filter, namespace: 'file' }, ({ path }) =>
        own.isOwn(pathToFileURL(path).href) ? load(path, options) : undefined,
      )
    },
  }
}

/** Where TypeScript leads that Node, and the compiler's bundler, would not go. */
function ownTarget({ path, importer, kind }: OnResolveArgs, own: OwnModules): string | undefined {
  if (importer === '' || !extname(importer)) return undefined
  const parent = pathToFileURL(importer).href
  if (!own.isOwn(parent)) return undefined
  const url = own.leads(path, parent, kind !== 'require-call')
  return url?.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : undefined
}

async function load(path: string, options: OwnSourcesOptions): Promise<OnLoadResult> {
  const { own, folder } = options
  const { text } = decodeText(own.project.lookup.read(path))
  options.onSource(path, text)
  const source = sourceOf(path, text)
  const { edits, refused } = await changesOf(source, options)
  if (refused.length > 0) return { errors: refused.map((one) => messageOf(source, one)) }
  const { code, format, map } = await compiled(source, edits, own)
  const caught = instrument(code, path, { codeOnly }) ?? code
  const hashbang = /^#!.*\n?/.exec(caught)?.[0] ?? ''
  const place = relative(folder, path).split(sep).map(encodeURIComponent).join('/')
  const rest = caught.slice(hashbang.length)
  const contents = `${hashbang}${placedAt(place, format)}${map === undefined ? '' : '\n'}${rest}${map === undefined ? '' : inline(map, source)}`
  return { contents, loader: 'js', resolveDir: path.slice(0, path.lastIndexOf(sep)) }
}

async function changesOf(
  source: Source,
  { threadScript }: OwnSourcesOptions,
): Promise<{ edits: Edit[]; refused: Refusal[] }> {
  const computed = computedNames(source)
  const { threads, unknown } = threadsIn(source)
  const words = 'a thread whose file is computed is not built in: name it by new URL(…, import.meta.url)'
  const refused = [...refusalsOf(source, computed.unknown), ...unknown.map((span) => ({ ...span, words }))]
  if (refused.length > 0) return { edits: [], refused }
  const scripts = await Promise.all(
    threads.map(async (thread) =>
      threadEdit(thread, await threadScript(new URL(thread.name, pathToFileURL(source.file)).href)),
    ),
  )
  return { edits: [...computed.edits, ...ownRequires(source), ...scripts], refused }
}

/** The code of a file as Node would run it. */
async function compiled(
  source: Source,
  edits: readonly Edit[],
  own: OwnModules,
): Promise<{ code: string; format: 'module' | 'commonjs'; map: string | undefined }> {
  const { file } = source
  const text = edited(source, edits)
  if (!isTypescript(file)) {
    const format = own.project.typeOf(file) ?? (hasModuleSyntax(text) ? 'module' : 'commonjs')
    return { code: text, format, map: undefined }
  }
  const made = await own.compile({ file, text })
  // It is made for a file of which nothing says what it is, and the bundler knows `require` by its name alone.
  const code = made.code.replace(/\b__fastmcp_require(?=\()/g, 'require')
  return { code, format: made.format, map: made.map }
}

/** The map of a file below the line that stands before it. */
function inline(map: string, { file, text }: Source): string {
  const parsed = JSON.parse(map) as { mappings: string }
  const moved = { ...parsed, sources: [file], sourcesContent: [text], mappings: `;${parsed.mappings}` }
  return `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(moved)).toString('base64')}`
}

function messageOf(source: Source, { from, words }: Refusal) {
  const { line, column } = lineAt(source, from)
  const lineText = source.text.split('\n')[line - 1] ?? ''
  return { text: words, location: { file: source.file, line, column: column - 1, lineText } }
}
