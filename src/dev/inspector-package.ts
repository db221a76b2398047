import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { tellingLines } from '../install-words.ts'

const packageName = '@modelcontextprotocol/inspector'
/** The first to show list changes to clients of both eras, and to connect from a link. */
const usualRange = '^2.3.0'
/** Milliseconds that an installation may take. */
const installLimit = 5 * 60_000

export interface FindOptions {
  /** Where the project's own copy is looked for. */
  folder: string
  /** Where a copy of our own is kept. */
  cache: string
  /** The version the user asked for, instead of the project's. */
  version: string | undefined
  /** An installation begins; it takes a while. */
  installing: () => void
  signal: AbortSignal
}

/** An Inspector that can be started. */
export interface InspectorPackage {
  version: string
  /** The script to run. */
  entry: string
}

/**
 * The Inspector of the project, else one that was installed earlier, else one that is installed now.
 * @throws Error with one plain sentence when none can be had.
 */
export async function findInspector(options: FindOptions): Promise<InspectorPackage> {
  const { folder, cache, version } = options
  const own = version === undefined ? inProject(folder) : undefined
  if (own) return own
  const wanted = version ?? usualRange
  const home = join(cache, 'inspector', wanted.replace(/[^\w.-]/g, '_'))
  const kept = readPackage(join(home, 'node_modules', packageName))
  if (kept) return kept
  options.installing()
  await install(`${packageName}@${wanted}`, home, options.signal)
  const installed = readPackage(join(home, 'node_modules', packageName))
  if (!installed) throw new Error(`${packageName}@${wanted} cannot be used: it has to be 2.3 or newer`)
  return installed
}

function inProject(folder: string): InspectorPackage | undefined {
  try {
    const require = createRequire(join(folder, 'package.json'))
    return readPackage(dirname(require.resolve(`${packageName}/package.json`)))
  } catch {
    return undefined
  }
}

/** Versions before 2.3 leave processes behind and cannot connect by themselves. */
function readPackage(folder: string): InspectorPackage | undefined {
  try {
    const { version, bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const [major = 0, minor = 0] = String(version).split('.').map(Number)
    if (major < 2 || (major === 2 && minor < 3)) return undefined
    const entry = resolve(folder, typeof bin === 'string' ? bin : bin['mcp-inspector'])
    return existsSync(entry) ? { version, entry } : undefined
  } catch {
    return undefined
  }
}

/** Installs beside its place first, so that what is there is always whole. */
async function install(spec: string, home: string, signal: AbortSignal): Promise<void> {
  const temporary = `${home}.${process.pid}`
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true, mode: 0o700 })
  try {
    await npm(['install', '--prefix', temporary, spec, '--no-audit', '--no-fund', '--ignore-scripts'], signal)
    rmSync(home, { recursive: true, force: true })
    renameSync(temporary, home)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

function npm(args: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // On Windows npm is a script for the shell; none of these arguments comes from outside but the version.
    const child: ChildProcess = spawn('npm', args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32',
      timeout: installLimit,
      signal,
    })
    let words = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk
    })
    child.once('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)))
    child.once('close', (code) => {
      if (code === 0) return resolve()
      const [why] = tellingLines(words)
      const reason = why === undefined ? '' : `: ${why.slice(0, 120)}`
      reject(new Error(`npm could not install it${reason}. To have it: npm i -D ${packageName}`))
    })
  })
}
