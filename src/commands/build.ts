import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { type Bundled, bundle } from '../build/bundle.ts'
import { check } from '../build/check.ts'
import { type Beside, dockerfile } from '../build/dockerfile.ts'
import { EmptyFolder } from '../build/empty-folder.ts'
import { loadApart } from '../build/load-apart.ts'
import { makeFolder } from '../files/make-folder.ts'
import { callsItself, starterNames } from '../loader/choose.ts'
import { compileFault } from '../loader/faults/compile-fault.ts'
import { formatOf } from '../loader/import-module.ts'
import { OwnModules } from '../loader/pack/own-modules.ts'
import { installedPackage } from '../loader/package-entry.ts'
import { buildOptions } from '../options/build-options.ts'
import { parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
import { applyEnvironment, type Plan, planOf } from '../runner/plan.ts'
import { CliError, exitCodes, messageOf, usageError } from '../terminal/errors.ts'
import { paint, writeError } from '../terminal/output.ts'
import { shellWord } from '../terminal/shell-command.ts'

/** `fastmcp build`: one file that plain Node runs, with nothing installed. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, buildOptions)
  if (line.help) return printHelp({ usage, options: buildOptions, ending })
  const [spec = '', ...extra] = line.words
  if (extra.length > 0) throw usageError(`one server at a time; unexpected argument ${shown(extra[0] ?? '')}`)
  const values = valuesOf(buildOptions, line.given, process.env)
  const { out: _out, target: _target, minify: _minify, force: _force, ...given } = line.given
  const plan = planOf({ spec, given, userArgs: line.userArgs }, process.cwd(), process.env)
  const outfile = outfileOf(values.out, plan.entry.file)
  const recipe = values.target === 'docker' ? dockerPlan(outfile, values.force) : undefined
  applyEnvironment(plan.settings, process.cwd(), process.env)
  // Loaded first, because only then it is known which file has the server, and how it comes by it.
  const found = await loadApart(plan)
  if (typeof found === 'number') return found
  const { exportName, file, hints } = found
  if (exportName === 'spawn()') throw notBuilt(`${plan.entry.shown} only starts another program`)
  const made = await bundle({
    entry: file,
    format: formatOf(file, new OwnModules(() => false)),
    exportName: file === plan.entry.file ? plan.entry.exportName : undefined,
    hints,
    calls: starterNames.filter((name) => callsItself(file, name)),
    outfile,
    minify: values.minify,
    hasSdk: installedPackage('@modelcontextprotocol/server', dirname(file)) !== undefined,
    config: configOf(plan),
  }).catch((error: unknown) => {
    throw compileFault(error)
  })
  using folder = new EmptyFolder(outfile, made)
  const outcome = await check(folder, values.loadTimeout * 1000, plan.userArgs)
  if ('failed' in outcome) throw doesNotRun(plan.entry.shown, made, outcome.failed)
  write(made)
  report(outfile, made, outcome.took)
  const beside = { ...besideOf(made, folder), args: plan.userArgs }
  if (recipe) {
    writeFileSync(recipe.path, dockerfile(recipe.file, beside))
    writeError(`${paint.accent('✔')} ${relative(process.cwd(), recipe.path)}`)
  }
  sayWhatIsInside(plan)
  sayWhatIsOutside(made, beside, plan.first)
  const words = [relative(process.cwd(), outfile), ...['-t', 'http', '-p', '8000'], ...tailOf(plan)]
  const start = `node ${words.map(shellWord).join(' ')}`
  writeError(`\n  ${recipe ? 'docker build -t server . && docker run --rm -p 8000:8000 server' : start}`)
  return exitCodes.ok
}

/** What is typed last for the server itself. */
const tailOf = ({ userArgs }: Plan) => (userArgs.length > 0 ? ['--', ...userArgs] : [])

/** Where the built file goes. */
function outfileOf(out: string | undefined, entry: string): string {
  const stem = basename(entry, extname(entry))
  const outfile = resolve(out ?? `dist/${stem}.mjs`)
  if (outfile === entry) throw usageError('--out is the source itself: choose another file')
  if (statSync(outfile, { throwIfNoEntry: false })?.isDirectory())
    throw usageError(
      `--out ${shown(out ?? '')} is a folder: name the file, such as ${join(out ?? '', `${stem}.mjs`)}`,
    )
  return outfile
}

/** What of a fastmcp.json still means something where the built file runs. */
const configOf = ({ levels }: Plan): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(levels['fastmcp.json'] ?? {})
      .filter(([name]) => !['import', 'require'].includes(name))
      .map(([name, one]) => [name, one?.value]),
  )

function dockerPlan(outfile: string, force: boolean): { path: string; file: string } {
  const path = resolve('Dockerfile')
  if (existsSync(path) && !force) throw usageError('Dockerfile already exists; --force overwrites it')
  const file = relative(process.cwd(), outfile).split(sep).join('/')
  if (file.startsWith('..'))
    throw usageError('with --target docker, --out must be inside this folder, the build context')
  return { path, file }
}

/** Writes what has been found to run; until each file is whole, an earlier one stays. */
function write({ files }: Bundled): void {
  try {
    for (const { path, contents } of files) {
      makeFolder(dirname(path))
      writeFileSync(`${path}.new`, contents)
    }
    for (const { path } of files) renameSync(`${path}.new`, path)
  } catch (error) {
    for (const { path } of files) rmSync(`${path}.new`, { force: true })
    throw new CliError(exitCodes.failed, `--out: ${messageOf(error)}`)
  }
}

function report(outfile: string, { bytes }: Bundled, took: number): void {
  const file = relative(process.cwd(), outfile)
  writeError(`${paint.accent('✔')} ${file}  ${sizeOf(bytes)}, answers ${Math.round(took)} ms after its start`)
}

/** What has to be where the built file is. */
const besideOf = ({ leftOut }: Bundled, { needed }: EmptyFolder): Beside => ({
  packages: leftOut.filter(({ optional }) => !optional).map(({ name, version }) => `${name}@${version}`),
  data: needed.map((path) => {
    const inside = relative(process.cwd(), path).split(sep).join('/')
    return statSync(path).isDirectory() ? `${inside}/` : inside
  }),
})

/** What may be a secret: whoever has the built file can read it. */
function sayWhatIsInside({ levels }: Plan): void {
  const names = Object.keys(levels['fastmcp.json']?.env?.value ?? {})
  if (names.length > 0)
    writeError(
      `  env of fastmcp.json is written into the file (${names.map(shown).join(', ')}): a secret belongs in the environment`,
    )
}

function sayWhatIsOutside({ leftOut }: Bundled, { packages, data }: Beside, first: Plan['first']): void {
  for (const { name, why, optional } of leftOut)
    writeError(
      `  ${name} is not built in, because it ${why}${optional ? '; the server does without it' : ''}`,
    )
  if (packages.length > 0)
    writeError(`  install beside the file: npm install ${packages.map(shellWord).join(' ')}`)
  for (const path of data)
    writeError(`  ${path} is read while the server starts: it must stay at the same relative path`)
  for (const { flag, spec } of first)
    writeError(`  ${flag} ${shown(spec)} is not built in: give it to node, as in node ${flag} …`)
}

const notBuilt = (words: string, ...details: string[]) =>
  new CliError(exitCodes.failed, `not built: ${words}`, details)

function doesNotRun(source: string, { suspect }: Bundled, words: string): CliError {
  if (suspect && /never (?:settles|finishes)|did not finish|no answer/.test(words))
    return compileFault(suspect)
  const lines = words.split('\n').slice(0, 8)
  return notBuilt(
    `${source} runs, but not as one file in an empty folder:`,
    ...lines.map((one) => `  ${one}`),
  )
}

const sizeOf = (bytes: number) =>
  bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`

const usage = `Usage: fastmcp build [server] [options] [-- arguments for the server]

Bundles the server, its packages and the runner into one file that plain Node runs with nothing installed. Everything
that fastmcp run serves can be built: what a file exports, and what it starts by itself. The file takes the flags and
environment variables of fastmcp run; node dist/server.mjs --help lists them.

  fastmcp build server.ts                   writes dist/server.mjs and its source map
  fastmcp build server.ts --target docker   also writes a Dockerfile`

const ending = `Files that the server reads relative to its source are found from the built file if the relative path stays the same.
Packages with native code, and those that look for files of their own, are not built in: they are named, and installed
by the Dockerfile. Code that would mean something else in one file is refused by file and line. The built file is
started once in an empty folder before it is written.

Exit codes: 0 built, 1 built file does not run, 2 wrong usage, 3 file cannot be loaded or built, or has no server.`
