import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Json, MeaningCase, Way } from './case.ts'
import { Place } from './place.ts'
import { Telling, type Told } from './told.ts'

const inRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** What was told in one way of starting, and what should have been. */
export interface Telltale {
  readonly way: Way | 'tsx' | 'node24'
  readonly told: Told
  /** Whether what is written after the first start was there. */
  readonly later: boolean
}

export interface OursOptions {
  /** The Node that runs it. */
  readonly node: string
  readonly ways: readonly Way[]
}

/** Starts a case with our program in each of these ways, which build on one another. */
export async function withOurs(one: MeaningCase, options: OursOptions): Promise<Telltale[]> {
  using place = new Place(one)
  const told: Telltale[] = []
  const ways = options.ways.filter((way) => isAsked(way, one))
  const start = startIn(place, one, options)
  for (const way of ways) {
    const later = told.length > 0 && one.later !== undefined
    if (way === 'saved') {
      told.push({ way, told: await savedInDev(place, one, start), later: one.later !== undefined })
      continue
    }
    if (told.length === 1) await betweenStarts(place, one)
    if (way === 'settled') await settled(place.cache)
    const runs = one.cache === 'contested' && way === 'cold' ? 2 : 1
    const flags = way === 'no-cache' ? ['--no-cache'] : []
    const started = Array.from({ length: runs }, () => start('run', flags))
    const values = await Promise.all(started.map((run) => run.value()))
    for (const run of started) await run[Symbol.asyncDispose]()
    for (const value of values) told.push({ way, told: generalised(value, place), later })
  }
  return told
}

/** Only a start with packages leaves something to be done for the next one. */
const isAsked = (way: Way, one: MeaningCase) =>
  !one.without?.includes(way) && (way !== 'settled' || one.packages !== undefined)

async function betweenStarts(place: Place, one: MeaningCase): Promise<void> {
  if (one.later) place.write(one.later)
  if (one.cache === 'broken') breakFiles(place.cache)
}

/** Starts a command of ours on the entry. */
type Start = (command: 'run' | 'dev', flags: readonly string[]) => Telling

function startIn(place: Place, one: MeaningCase, { node }: OursOptions): Start {
  const nowhere = join(place.path(place.entry), 'nowhere')
  const unwritable = one.cache === 'unwritable'
  const settings = {
    FASTMCP_CACHE_DIR: unwritable ? nowhere : place.cache,
    ...(unwritable && { TMPDIR: nowhere }),
  }
  return (command, flags) => {
    const words = [command, entryFrom(one), ...flags, ...(one.args ? ['--', ...one.args] : [])]
    return new Telling(node, [inRoot('bin/fastmcp.js'), ...words], cwdOf(place, one), {
      ...environment(place, one),
      ...settings,
    })
  }
}

/** What dev says of a save that does not load, of which there was none before. */
const unloadable = / ✗ /

async function savedInDev(place: Place, one: MeaningCase, start: Start): Promise<Told> {
  if (one.later) place.takeBack(one.later)
  await using dev = start('dev', ['--no-inspector', '-p', '0'])
  dev.lasting = true
  const first = await dev.value(0, unloadable)
  if (!('value' in first)) return generalised(first, place)
  await dev.until(() => /\bready\b/.test(dev.stderr))
  if (one.later) place.write(one.later)
  place.save()
  return generalised(await dev.value(1, unloadable), place)
}

/** Starts a case with tsx, on some Node. */
export const withTsx = (one: MeaningCase, node: string): Promise<Telltale[]> =>
  reference('tsx', one, node, [inRoot('node_modules/tsx/dist/cli.mjs')])

/** Starts a case with what Node 24 itself makes of types. */
export const withNode24 = (one: MeaningCase, node: string): Promise<Telltale[]> =>
  reference('node24', one, node, [])

/** Starts it once, and once more where something is written between two starts. */
async function reference(
  way: 'tsx' | 'node24',
  one: MeaningCase,
  node: string,
  before: readonly string[],
): Promise<Telltale[]> {
  using place = new Place(one)
  const words = [...before, entryFrom(one), ...(one.args ?? [])]
  const told: Telltale[] = []
  for (const later of one.later ? [false, true] : [false]) {
    if (later && one.later) place.write(one.later)
    await using run = new Telling(node, words, cwdOf(place, one), environment(place, one))
    told.push({ way, told: generalised(await run.value(), place), later })
  }
  return told
}

/** The entry, as it is typed where the case is started. */
function entryFrom({ entry = 'entry.ts', cwd }: MeaningCase): string {
  if (cwd === undefined) return `./${entry}`
  return entry.startsWith(`${cwd}/`)
    ? entry.slice(cwd.length + 1)
    : `${'../'.repeat(cwd.split('/').length)}${entry}`
}

const cwdOf = (place: Place, { cwd }: MeaningCase) => (cwd === undefined ? place.folder : place.path(cwd))

/** What whoever runs the table has set must not change what it says. */
function environment(place: Place, one: MeaningCase): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_PATH: _path, PORT: _port, HOST: _host, ...inherited } = process.env
  const own = Object.entries(one.env ?? {}).map(([name, value]) => [name, place.filled(value)])
  return { ...inherited, NO_COLOR: '1', ...Object.fromEntries(own) }
}

const generalised = (told: Told, place: Place): Told =>
  'value' in told
    ? { value: JSON.parse(place.general(JSON.stringify(told.value))) as Json }
    : { ...told, stderr: place.general(told.stderr) }

/** Waits until nothing has been written to a folder for a while: what a start leaves to be done is then done. */
async function settled(folder: string): Promise<void> {
  const quiet = 1_500
  for (let waited = 0; waited < 20_000; waited += 250) {
    const files = existsSync(folder) ? readdirSync(folder) : []
    const newest = Math.max(0, ...files.map((name) => changedAt(join(folder, name))))
    if (!files.some((name) => name.endsWith('.lock')) && Date.now() - newest > quiet) return
    await delay(250)
  }
}

const changedAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Leaves of every second file a half, and of the others something else entirely. */
function breakFiles(folder: string): void {
  for (const [index, name] of readdirSync(folder).entries()) {
    const path = join(folder, name)
    if (!statSync(path).isFile()) {
      rmSync(path, { recursive: true })
      continue
    }
    const bytes = readFileSync(path)
    writeFileSync(path, index % 2 === 0 ? bytes.subarray(0, bytes.length / 2) : 'not what was written')
  }
}
