import { existsSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { bundle } from '../build/bundle.ts'
import { dockerfile } from '../build/dockerfile.ts'
import { measureStart } from '../build/measure-start.ts'
import { withTarget } from '../client/target/with-target.ts'
import { makeFolder } from '../files/make-folder.ts'
import { compileFault } from '../loader/compile-fault.ts'
import { installedPackage } from '../loader/package-entry.ts'
import { buildOptions } from '../options/build-options.ts'
import { parseCommandLine, valuesOf } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { shown } from '../options/option.ts'
import { planOf } from '../runner/plan.ts'
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
  const { entry, levels } = planOf({ spec, given, userArgs: [] }, process.cwd(), process.env)
  const stem = basename(entry.file, extname(entry.file))
  const outfile = resolve(values.out ?? `dist/${stem}.mjs`)
  if (outfile === entry.file) throw usageError('--out is the source itself: choose another file')
  if (statSync(outfile, { throwIfNoEntry: false })?.isDirectory())
    throw usageError(
      `--out ${shown(values.out ?? '')} is a folder: name the file, such as ${join(values.out ?? '', `${stem}.mjs`)}`,
    )
  const recipe = values.target === 'docker' ? dockerPlan(outfile, values.force) : undefined
  const config = Object.fromEntries(
    Object.entries(levels['fastmcp.json'] ?? {}).map(([name, one]) => [name, one?.value]),
  )
  const options = { given, userArgs: line.userArgs, header: {}, timeout: values.loadTimeout }
  // Loaded first, because only its exports say which of them is the server.
  return withTarget(spec, options, async ({ exportName }) => {
    prepareFolder(dirname(outfile))
    const hasSdk = installedPackage('@modelcontextprotocol/server', dirname(entry.file)) !== undefined
    const parts = { entry: entry.file, exportName: exportName ?? 'default', hasSdk, config }
    const bytes = await bundle({ ...parts, outfile, minify: values.minify }).catch((error: unknown) => {
      throw compileFault(error)
    })
    const start = await measureStart(outfile, values.loadTimeout * 1000)
    if ('failed' in start) throw doesNotRun(outfile, start.failed)
    const file = relative(process.cwd(), outfile)
    writeError(
      `${paint.accent('✔')} ${file}  ${sizeOf(bytes)}, answers ${Math.round(start.took)} ms after its start`,
    )
    if (recipe) {
      writeFileSync(recipe.path, recipe.text)
      writeError(`${paint.accent('✔')} ${relative(process.cwd(), recipe.path)}`)
    }
    writeError(
      `\n  ${recipe ? 'docker build -t server . && docker run --rm -p 8000:8000 server' : `node ${shellWord(file)} -t http -p 8000`}`,
    )
    return exitCodes.ok
  })
}

function dockerPlan(outfile: string, force: boolean): { path: string; text: string } {
  const path = resolve('Dockerfile')
  if (existsSync(path) && !force) throw usageError('Dockerfile already exists; --force overwrites it')
  const file = relative(process.cwd(), outfile).split(sep).join('/')
  if (file.startsWith('..'))
    throw usageError('with --target docker, --out must be inside this folder, the build context')
  return { path, text: dockerfile(file) }
}

function prepareFolder(folder: string): void {
  try {
    makeFolder(folder)
  } catch (error) {
    throw new CliError(exitCodes.failed, `--out: ${messageOf(error)}`)
  }
}

function doesNotRun(outfile: string, words: string): CliError {
  const lines = words.split('\n').slice(0, 6)
  return new CliError(
    exitCodes.failed,
    `${outfile} was written but does not run:`,
    lines.map((one) => `  ${one}`),
  )
}

const sizeOf = (bytes: number) =>
  bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`

const usage = `Usage: fastmcp build [server] [options]

Bundles the server, its packages and the runner into one file that plain Node runs with nothing installed. The file
takes the flags and environment variables of fastmcp run.

  fastmcp build server.ts                   writes dist/server.mjs and its source map
  fastmcp build server.ts --target docker   also writes a Dockerfile`

const ending = `Files that the server reads relative to its source are found from the built file if the relative path stays the same.

Exit codes: 0 built, 1 built file does not run, 2 wrong usage, 3 file cannot be loaded or has no server.`
