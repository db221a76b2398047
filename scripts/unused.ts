// What the start of a server and its calls cost in processor time beside those of an earlier commit, by whoever uses none
// of what came since: npm run test:unused -- --base <commit> [--pairs 30 --calls 2000]
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { Lab } from '../bench/harness/lab.ts'
import { called } from '../bench/measures/serving.ts'
import { untilListed } from '../bench/measures/start.ts'
import { writeServer } from '../bench/servers/written.ts'
import { program, root } from '../test/support/program.ts'

const options = new Command()
  .requiredOption('--base <commit>', 'the commit to compare with')
  .option('--pairs <count>', 'how often each is measured, in turns', '30')
  .option('--calls <count>', 'calls of a measurement', '2000')
  .parse()
  .opts<{ base: string; pairs: string; calls: string }>()

/** The program of a commit, built once into the cache. */
function built(commit: string): string {
  const folder = join(root, '.cache', `base-${commit}`)
  if (!existsSync(join(folder, 'dist'))) {
    const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 1e9 })
    mkdirSync(folder, { recursive: true })
    execFileSync('tar', ['-x', '-C', folder], { input: archive })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder, stdio: ['ignore', 2, 2] })
  }
  return join(folder, 'bin', 'fastmcp.js')
}

/** The mean of some differences, and where it lies with a probability of 95 %. */
function interval(differences: readonly number[]): { mean: number; low: number; high: number } {
  const { length } = differences
  const mean = differences.reduce((sum, one) => sum + one, 0) / length
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (length - 1)
  const half = 2 * Math.sqrt(variance / length)
  return { mean, low: mean - half, high: mean + half }
}

/** @param measure what the program of a place costs, 0 for that of the earlier commit. */
async function compare(what: string, unit: string, measure: (at: 0 | 1) => Promise<number>): Promise<void> {
  const took: [number[], number[]] = [[], []]
  for (let pair = 0; pair < Number(options.pairs); pair++)
    for (const at of pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) took[at].push(await measure(at))
  const { mean, low, high } = interval(took[1].map((one, at) => one - (took[0][at] ?? 0)))
  const before = took[0].reduce((sum, one) => sum + one, 0) / took[0].length
  const [difference, from, to] = [mean, low, high].map((one) => `${one > 0 ? '+' : ''}${one.toFixed(1)}`)
  console.log(
    `${what}: ${before.toFixed(1)} ${unit} before, difference ${difference}, between ${from} and ${to}`,
  )
}

const programs = [built(options.base), program] as const
using lab = new Lab()
writeServer('v1')(lab)
const places = programs.map((file, at) => ({
  file,
  env: { ...lab.env, FASTMCP_CACHE_DIR: lab.path(`of-${at}`) },
}))

const start = async (at: 0 | 1): Promise<number> => {
  const { file = '', env = {} } = places[at] ?? {}
  return (await untilListed([file, 'run', lab.path('v1.ts')], { env })).cpu ?? Number.NaN
}
for (const at of [0, 1, 0, 1] as const) await start(at)
await compare('a start on stdio', 'ms', start)

const calling = await Promise.all(
  places.map(({ file, env }, at) =>
    called({
      name: `calls ${at}`,
      words: () => [file, 'run', lab.path('v1.ts'), '-t', 'http', '-p', '0'],
      era: 'legacy',
      calls: Number(options.calls),
      env,
    }).open(lab),
  ),
)
await compare(
  'a call in a session',
  'µs',
  async (at) => 1_000 * ((await calling[at]?.round())?.cpu ?? Number.NaN),
)
for (const one of calling) await one.close?.()
