import { spawn } from 'node:child_process'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { bundle } from '../build/bundle.ts'
import { withTarget } from '../client/target/with-target.ts'
import { makeFolder } from '../files/make-folder.ts'
import { compileFault } from '../loader/compile-fault.ts'
import { installedPackage } from '../loader/package-entry.ts'
import { buildOptions } from '../options/build-options.ts'
import { parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
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
  const { entry, first, levels } = planOf({ spec, given, userArgs: [] }, process.cwd(), process.env)
  const stem = basename(entry.file, extname(entry.file))
  const outfile = resolve(values.out ?? `dist/${stem}.mjs`)
  if (outfile === entry.file) throw usageError('--out is the source itself: choose another file')
  if (statSync(outfile, { throwIfNoEntry: false })?.isDirectory())
    throw usageError(
      `--out ${shown(values.out ?? '')} is a folder: name the file, such as ${join(values.out ?? '', `${stem}.mjs`)}`,
    )
  const recipe = values.target === 'docker' ? dockerPlan(outfile, values.force) : undefined
  const config = Object.fromEntries(
    Object.entries(levels['fastmcp.json'] ?? {})
      .filter(([name]) => !['import', 'require'].includes(name))
      .map(([name, one]) => [name, one?.value]),
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
    for (const { flag, spec } of first)
      writeError(`  ${flag} ${shown(spec)} is not built in: give it to node, as in node ${flag} …`)
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

/**
 * A Dockerfile that serves the built file on port 8000 of a container. It keeps its path there, so that what the
 * server reads beside its source is found once it is copied the same way.
 * @param file the built file, relative to the Dockerfile and with `/`.
 */
const dockerfile = (file: string): string => {
  const command = ['node', file, '--transport', 'http', '--host', '0.0.0.0', '--port', '8000', '--health']
  return `FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
# What the server reads is copied the same way, such as: COPY data ./data/
COPY ${copied(file)}
USER node
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:8000/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD [${command.map((word) => JSON.stringify(word)).join(', ')}]
`
}

/** What Docker reads as a pattern or a variable stands in the source of a copy escaped; other names need a list. */
function copied(file: string): string {
  const folder = `./${file.slice(0, file.lastIndexOf('/') + 1)}`
  if (/^[\w./-]+$/.test(file)) return `${file} ${folder}`
  const escaped = (path: string) => path.replaceAll('$', '\\$')
  return JSON.stringify([escaped(file.replace(/[*?[]/g, '[$&]')), escaped(folder)])
}

function prepareFolder(folder: string): void {
  try {
    makeFolder(folder)
  } catch (error) {
    throw new CliError(exitCodes.failed, `--out: ${messageOf(error)}`)
  }
}

const hello = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'fastmcp', version: '1' } },
})

/**
 * Starts a built server as a client would.
 * @returns the milliseconds until its first answer; what it said on stderr when there is none.
 */
function measureStart(file: string, limit: number): Promise<{ took: number } | { failed: string }> {
  return new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(process.execPath, [file, '--transport', 'stdio'], { stdio: 'pipe' })
    let words = ''
    const done = (result: { took: number } | { failed: string }) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      resolve(result)
    }
    const timer = setTimeout(() => done({ failed: `no answer in ${limit / 1000} s` }), limit)
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk.toString()
    })
    child.stdout.once('data', () => done({ took: performance.now() - started }))
    child.once('close', (code) => done({ failed: words.trim() || `it exited with code ${code}` }))
    child.stdin.on('error', () => undefined)
    child.stdin.write(`${hello}\n`)
  })
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
