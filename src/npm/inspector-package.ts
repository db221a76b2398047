import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { isWholeTree } from '../files/installed-tree.ts'
import { installPackage, newestVersion } from './npm-command.ts'
import { ToolFailed } from './run-tool.ts'

const packageName = '@modelcontextprotocol/inspector'

/** The first to show list changes to clients of both eras, and to connect from a link. */
const usualRange = '^2.3.0'

/** An Inspector that can be started. */
export interface InspectorPackage {
  version: string
  /** The script to run. */
  entry: string
}

export interface FindOptions {
  /** Where the project's own copy is looked for. */
  folder: string
  /** Where a copy of our own is kept. */
  cache: () => string
  /** The version the user asked for, instead of the project's. */
  version: string | undefined
  /** An installation begins; it takes a while. */
  installing: () => void
  signal: AbortSignal
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
  const versions = new InspectorVersions(join(cache(), 'inspector'), wanted)
  const kept = versions.newest()
  if (kept) {
    // What it brings is for the next start: this one waits for nothing.
    if (!isOneVersion(wanted)) void versions.renew(kept.version, options.signal).catch(() => undefined)
    return kept
  }
  options.installing()
  await install(`${packageName}@${wanted}`, versions.first, options.signal)
  const installed = versions.newest()
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

const isOneVersion = (wanted: string) => /^v?\d+\.\d+\.\d+/.test(wanted)

/** Milliseconds after which a newer version than the one that is kept is looked for. */
const renewAfter = 24 * 3600_000
/** Milliseconds after which a copy that is not the newest is used by nobody any more. */
const leaveAlone = 7 * renewAfter

/** The copies that are kept of what one range of versions means: a page that is open may still need an older one. */
class InspectorVersions {
  readonly #folder: string
  readonly #name: string
  readonly #wanted: string

  constructor(folder: string, wanted: string) {
    this.#folder = folder
    this.#name = wanted.replace(/[^\w.-]/g, '_')
    this.#wanted = wanted
  }

  /** Where the first copy goes. */
  get first(): string {
    return join(this.#folder, this.#name)
  }

  newest(): InspectorPackage | undefined {
    const found = this.#homes()
      .filter(isWholeTree)
      .flatMap((home) => readPackage(join(home, 'node_modules', packageName)) ?? [])
    return found.sort((a, b) => compareVersions(b.version, a.version))[0]
  }

  /** Looks for a newer version, at most once a day, and installs it beside the others. */
  async renew(version: string, signal: AbortSignal): Promise<void> {
    const looked = `${this.first}.looked`
    const before = statSync(looked, { throwIfNoEntry: false })
    if (before && Date.now() - before.mtimeMs < renewAfter) return
    writeFileSync(looked, '')
    const newest = await newestVersion(`${packageName}@${this.#wanted}`, this.#folder, signal)
    if (newest === undefined || compareVersions(newest, version) <= 0) return
    await install(`${packageName}@${newest}`, `${this.first}+${newest}`, signal)
    for (const home of this.#homes()) {
      const kept = readPackage(join(home, 'node_modules', packageName))
      const old = Date.now() - statSync(home).mtimeMs > leaveAlone
      if (old && kept?.version !== newest && kept?.version !== version)
        rmSync(home, { recursive: true, force: true })
    }
  }

  #homes(): string[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder)
      .filter((one) => one === this.#name || one.startsWith(`${this.#name}+`))
      .map((one) => join(this.#folder, one))
  }
}

/** @throws Error with one plain sentence when npm cannot. */
async function install(spec: string, home: string, signal: AbortSignal): Promise<void> {
  try {
    await installPackage(spec, home, signal)
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error
    throw new Error(`npm could not install it: ${error.message}. To have it: npm i -D ${packageName}`)
  }
}

/** By their three numbers; what follows a dash comes before the version itself. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((one) => (one.split('-')[0] ?? '').split('.').map(Number))
  for (let at = 0; at < 3; at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return Number(b.includes('-')) - Number(a.includes('-'))
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
