// Runs test files, a process for each or one for several, and tells what became of their tests by the events of node:test.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileTests } from './compiled-tests.mjs'
import { removeFolder } from './remove-folder.mjs'

/** Half of a test is waiting for programs; more files at once than this, and they wait for one another. */
const atOnce = Math.min(4, availableParallelism() + 1)

/** How long a file may take in milliseconds, each of whose tests has a limit too, and then to close what is open. */
const limits = { file: 1_500_000, closing: 20_000 }

/** As URLs, because Node imports them, and a path of Windows is none. */
const [reporter, sourceMaps] = ['./test-events.mjs', './source-maps.mjs'].map(
  (file) => new URL(file, import.meta.url).href,
)

/**
 * Resolves with `{ file, tests, faults, output, ms, cpu }` for each file, or list of files that share a process: its tests
 * as `test-events.mjs` tells them, what befell the file itself, what it printed, and the seconds of the processor that it
 * took, where they are known. `onFile` is told of each as soon as it is over.
 */
export async function runTests(files, { node = process.execPath, cwd, env, pattern, onFile } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-test-'))
  const tests = await compileTests(files.flat(), cwd)
  folders.add(tests.folder)
  const left = [...files.entries()]
  const results = []
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [index, file] = next
      const settings = {
        tests,
        node,
        cwd,
        env,
        pattern,
        cache: join(folder, 'cache'),
        events: join(folder, `${index}.jsonl`),
      }
      results[index] = await runFile(file, settings)
      onFile?.(results[index])
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  // What prepares the next start may still be writing to it.
  removeFolder(folder)
  rmSync(tests.folder, { recursive: true, force: true })
  folders.delete(tests.folder)
  return results
}

async function runFile(files, { tests: compiled, node, cwd, env, pattern, cache, events }) {
  const begun = performance.now()
  const before = [sourceMaps, ...compiled.first]
  const args = [...before.flatMap((module) => ['--import', module]), `--test-reporter=${reporter}`]
  const only = pattern === undefined ? [] : [`--test-name-pattern=${pattern}`]
  const child = spawn(
    node,
    [...args, `--test-reporter-destination=${events}`, ...only, ...mainOf(files, compiled)],
    {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      // The compiled forms of fixtures go where nothing else looks, and away afterwards.
      env: { ...process.env, FASTMCP_CACHE_DIR: cache, FASTMCP_TEST_WHOLE: '1', NO_COLOR: '1', ...env },
    },
  )
  children.add(child)
  const output = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk))
  let late = false
  const timers = [
    setTimeout(() => {
      late = true
      child.kill('SIGTERM')
    }, limits.file),
    setTimeout(() => child.kill('SIGKILL'), limits.file + limits.closing),
  ]
  // Not `close`: a program that was left behind may hold the pipes.
  const [code, signal] = await new Promise((resolve) =>
    child.once('exit', (...end) => setTimeout(resolve, 50, end)),
  )
  for (const timer of timers) clearTimeout(timer)
  children.delete(child)
  const { tests, over, cpu } = eventsIn(events)
  const ended = { late, code, signal, over, failed: tests.some(({ outcome }) => outcome === 'failed') }
  const [text, ms] = [Buffer.concat(output).toString(), performance.now() - begun]
  return { file: nameOf(files), tests, faults: faultsOf(ended), output: text, ms, cpu }
}

/** Several files are imported by one, so that all their tests are known before the first is over. */
function mainOf(files, { compiled }) {
  if (typeof files === 'string') return [compiled(files)]
  const urls = files.map((file) => pathToFileURL(compiled(file)).href)
  return ['--input-type=module', '--eval', urls.map((url) => `import ${JSON.stringify(url)}`).join('\n')]
}

/** Of several files the folder that they are in, and how many they are. */
function nameOf(files) {
  if (typeof files === 'string') return files
  const parts = files.map((file) => file.split('/'))
  const common = parts[0].filter((part, at) => parts.every((one) => one[at] === part))
  return `${common.join('/')}/ (${files.length} files)`
}

/** What is wrong with how the process of a file ended, beside the tests in it. */
function faultsOf({ late, code, signal, over, failed }) {
  if (late) return [`took longer than its limit of ${limits.file / 1000} s`]
  if (signal !== null) return [`ended by ${signal}`]
  if (code !== 0 && !failed) return [`exit code ${code}`]
  return over ? [] : [`exit code ${code} before all its tests were over`]
}

/** What is running, and where the compiled tests of it are. */
const [children, folders] = [new Set(), new Set()]
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A process that ended in the middle may have left half a line, or nothing. */
function eventsIn(file) {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  const events = lines.map((line) => JSON.parse(line))
  const end = events.find(({ over }) => over)
  return { tests: events.filter(({ over }) => !over), over: end !== undefined, cpu: end?.cpu }
}
