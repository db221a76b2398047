import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isWholeTree } from '../files/installed-tree.ts'
import { install, npm } from './inspector-install.ts'

export const packageName = '@modelcontextprotocol/inspector'

/** An Inspector that can be started. */
export interface InspectorPackage {
  version: string
  /** The script to run. */
  entry: string
}

/** Milliseconds after which a newer version than the one that is kept is looked for. */
const renewAfter = 24 * 3600_000
/** Milliseconds after which a copy that is not the newest is used by nobody any more. */
const leaveAlone = 7 * renewAfter

/** The copies that are kept of what one range of versions means: a page that is open may still need an older one. */
export class InspectorVersions {
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
    const answer = await npm(['view', `${packageName}@${this.#wanted}`, 'version', '--json'], signal)
    // One version is a text, several are a list, oldest first.
    const newest = [JSON.parse(answer)].flat().at(-1)
    if (typeof newest !== 'string' || compareVersions(newest, version) <= 0) return
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
export function readPackage(folder: string): InspectorPackage | undefined {
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
