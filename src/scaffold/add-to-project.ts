import { existsSync, readFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { applyEdits, modify, type ParseError, parse } from 'jsonc-parser'
import { safeName } from '../files/server-name.ts'
import { decodeText } from '../files/text-file.ts'
import { findEntry } from '../loader/find-entry.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { exitCodes, usageError } from '../terminal/errors.ts'
import { paint, writeError } from '../terminal/output.ts'
import { diffLines } from '../terminal/text-diff.ts'
import { asModules } from './as-modules.ts'
import { finishProject, type InitParts } from './finish-project.ts'
import { gitignoreChange } from './gitignore.ts'
import { forManager } from './manager-files.ts'
import { templateFiles } from './template.ts'
import { addFiles, catchStopSignals } from './write-files.ts'

/** Adds to a project what it lacks, once the person has seen it. */
export async function addToProject(
  folder: string,
  parts: Omit<InitParts, 'signal' | 'fresh'>,
): Promise<number> {
  const { values, prompts } = parts
  const template = forManager(
    templateFiles(values.template ?? 'basic', nameOf(folder, values.name)),
    parts.manager,
    folder,
  )
  const { changes, files } = planAddition(folder, template, serverIn(folder))
  if (changes.size === 0 && files.size === 0) {
    writeError('nothing to add: scripts and configuration are already there')
    return exitCodes.ok
  }
  for (const [path, { before, after }] of changes) show(diffLines(path, before, after))
  for (const [path, text] of files) show(diffLines(path, undefined, text))
  if (prompts && !(await prompts.confirm('Write this?'))) return exitCodes.ok
  if (!prompts && !values.yes) throw usageError('nothing was written: add --yes to write this')
  using stop = catchStopSignals()
  addFiles(folder, files, new Map([...changes].map(([path, { after }]) => [path, after])))
  writeError(`${paint.accent('✔')} added to ${basename(folder)}/`)
  await finishProject(folder, { ...parts, fresh: false, signal: stop.signal })
  return exitCodes.ok
}

const show = (lines: readonly string[]) => {
  for (const line of lines) writeError(line)
}

/** The project's own server file, relative to it and with `/`, if it has one. */
function serverIn(folder: string): string | undefined {
  try {
    return relative(folder, findEntry({ target: folder, exportName: undefined }, folder).file).replaceAll(
      sep,
      '/',
    )
  } catch {
    return undefined
  }
}

/** A name that is safe in every file, and that `install` gives it: an existing project need not follow npm's rules. */
function nameOf(folder: string, given: string | undefined): string {
  const { name } = readManifest(folder).manifest
  const own = typeof name === 'string' ? name : basename(folder)
  return safeName(given ?? own)
}

/** The text of a file, before and after. */
interface Change {
  before: string
  after: string
}

/** What is to be written into a project that exists already. */
interface Addition {
  /** Files that are there and change. */
  changes: Map<string, Change>
  /** Files that are not there yet. */
  files: Map<string, string>
}

/** Parts of a template that serve any project with a server of its own. */
const launchFile = '.vscode/launch.json'
const forAnyServer = [
  '.gitignore',
  'pnpm-workspace.yaml',
  '.mcp.json',
  '.cursor/mcp.json',
  '.vscode/mcp.json',
  launchFile,
]
/** Parts that say what a project is, which an existing one says itself. */
const identity = ['package.json', 'README.md']

/**
 * Plans what a template adds to a project: scripts and dependencies it lacks, and files that are not there.
 * Nothing that stands there is changed but package.json and .gitignore, and in those nothing that they say.
 * @param server the project's own server file, relative to it; without one the template's is added.
 */
function planAddition(
  folder: string,
  given: ReadonlyMap<string, string>,
  server: string | undefined,
): Addition {
  const { text: before, manifest, mark } = readManifest(folder)
  const template = server === undefined ? asModules(given, manifest) : given
  const wanted: unknown = JSON.parse(template.get('package.json') ?? '{}')
  const own = (text: string) => (server === undefined ? text : text.replaceAll('src/server.ts', server))
  const paths = [...template.keys()].filter((path) =>
    server === undefined ? !identity.includes(path) : forAnyServer.includes(path),
  )
  const files = new Map(
    paths
      .filter((path) => !existsSync(join(folder, path)))
      .map((path) => [path, own(template.get(path) ?? '')]),
  )
  const launch = files.get(launchFile)
  if (server !== undefined && launch !== undefined) files.set(launchFile, withoutTests(launch))
  const changes = new Map<string, Change>()
  const after = withMissing(before, manifest, asRecord(wanted), { server, own })
  if (after !== before) changes.set('package.json', { before: mark + before, after: mark + after })
  const ignored = gitignoreChange(folder)
  if (ignored) changes.set('.gitignore', ignored)
  return { changes, files }
}

/** The template's tests do not come with its configuration. */
function withoutTests(launch: string): string {
  const { configurations } = JSON.parse(launch) as { configurations: { name: string }[] }
  const index = configurations.findIndex(({ name }) => name === 'Tests')
  if (index < 0) return launch
  return applyEdits(
    launch,
    modify(launch, ['configurations', index], undefined, { formattingOptions: formOf(launch) }),
  )
}

/**
 * The package.json of a project.
 * @throws CliError (exit 2) when it cannot be parsed.
 */
function readManifest(folder: string): {
  text: string
  manifest: Record<string, unknown>
  /** What the file begins with, before the text. */
  mark: string
} {
  const file = join(folder, 'package.json')
  const { text, form } = textOf(file)
  const errors: ParseError[] = []
  const manifest: unknown = parse(text, errors)
  if (errors.length > 0 || !isRecord(manifest)) throw usageError(`${file} is not valid JSON`)
  return { text, manifest, mark: form.mark ? '\uFEFF' : '' }
}

/** npm reads UTF-8 alone. */
function textOf(file: string): ReturnType<typeof decodeText> {
  try {
    const found = decodeText(readFileSync(file))
    if (found.form.encoding === 'utf8') return found
  } catch {
    // It is said below.
  }
  throw usageError(`${file} is not UTF-8`, '  save it as UTF-8 and try again')
}

interface Own {
  server: string | undefined
  /** A text of the template, with the project's server file in it. */
  own: (text: string) => string
}

function withMissing(
  text: string,
  manifest: Record<string, unknown>,
  wanted: Record<string, unknown>,
  { server, own }: Own,
): string {
  const known = { ...asRecord(manifest.dependencies), ...asRecord(manifest.devDependencies) }
  const scripts = Object.entries(asRecord(wanted.scripts)).filter(
    ([name]) => server === undefined || ['dev', 'start', 'inspect'].includes(name),
  )
  const runner = Object.entries({
    ...asRecord(wanted.dependencies),
    ...asRecord(wanted.devDependencies),
  }).filter(([name]) => name === 'fastmcp-cli')
  const packages: [section: string, Record<string, unknown>][] =
    server === undefined
      ? [
          ['dependencies', asRecord(wanted.dependencies)],
          ['devDependencies', asRecord(wanted.devDependencies)],
        ]
      : [['devDependencies', Object.fromEntries(runner)]]
  const additions: [path: string[], value: unknown][] = [
    ...scripts
      .filter(([name]) => !Object.hasOwn(asRecord(manifest.scripts), name))
      .map(([name, value]): [string[], unknown] => [['scripts', name], own(String(value))]),
    ...packages.flatMap(([section, list]) =>
      Object.entries(list)
        .filter(([name]) => !Object.hasOwn(known, name))
        .map(([name, value]): [string[], unknown] => [[section, name], value]),
    ),
  ]
  return additions.reduce(
    (at, [path, value]) => applyEdits(at, modify(at, path, value, { formattingOptions: formOf(text) })),
    text,
  )
}

/** The indentation and line ends that a JSON file has. */
function formOf(text: string) {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  '
  const insertSpaces = !indent.includes('\t')
  return {
    insertSpaces,
    tabSize: insertSpaces ? indent.length : 1,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
}

const asRecord = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})
