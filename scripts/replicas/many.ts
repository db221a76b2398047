// Many sessions over replicas that hold few of them in memory each: what they take of memory and of Redis, and how long it
// takes to take one over from another replica: npm run test:replicas:many [-- --sessions 100000 --held 5000 --adopted 2000]
import { Command } from 'commander'
import { ReplicaServers } from '../../test/replicas/replica-servers.ts'
import { callModern, wordsOf } from '../../test/support/raw-calls.ts'
import { inLanes } from '../lanes.ts'
import { residentOf } from '../workers/many.ts'
import { RawSession } from '../workers/raw-session.ts'

const { sessions, held, adopted, replicas } = new Command()
  .option('--sessions <count>', 'sessions that are opened', '100000')
  .option('--held <count>', 'sessions that a replica holds in memory at most', '5000')
  .option('--adopted <count>', 'sessions that are called at a replica that does not hold them', '2000')
  .option('--replicas <count>', 'replicas that serve', '3')
  .parse()
  .opts<Record<'sessions' | 'held' | 'adopted' | 'replicas', string>>()

const count = Number(sessions)
await using servers = await ReplicaServers.start('shared.ts', {
  count: Number(replicas),
  args: ['--max-sessions', held],
})

const asked = servers.running.map((_, at) => callModern(servers.urlOf(at), 'pid'))
const pids = (await Promise.all(asked)).map(wordsOf)

const memory = () => pids.map(residentOf)
const shown = (values: readonly number[]) => values.map((one) => one.toFixed(0)).join(' + ')

console.log(`${count} sessions, ${replicas} replicas of which each holds ${held}`)
console.log(`memory at the start: ${shown(memory())} MiB`)
const opened: RawSession[] = []
const began = performance.now()
await inLanes(count, async (nth) => {
  const at = nth % servers.running.length
  opened[nth] = await RawSession.open(servers.urlOf(at))
  if (nth === Math.floor(count / 5)) console.log(`memory after a fifth: ${shown(memory())} MiB`)
})
const seconds = (performance.now() - began) / 1000
console.log(`opened in ${seconds.toFixed(0)} s, ${(count / seconds).toFixed(0)} a second`)
console.log(`memory at the end: ${shown(memory())} MiB`)
const used = Number(/used_memory:(\d+)/.exec(await servers.redis.client.info('memory'))?.[1])
console.log(`Redis: ${(used / 1024 / 1024).toFixed(0)} MiB, ${(used / count).toFixed(0)} bytes a session`)

/** Milliseconds of each call; whoever is not there any more is counted. */
async function timed(at: (nth: number) => number): Promise<{ times: number[]; lost: number }> {
  const times: number[] = []
  let lost = 0
  const step = Math.max(1, Math.floor(count / Number(adopted)))
  for (let nth = 0; nth < count && times.length < Number(adopted); nth += step) {
    const session = opened[nth]
    if (!session) continue
    const one = new URL(servers.urlOf(at(nth)))
    const from = performance.now()
    const said = await session.at(one).call('echo', { word: `w${nth}` })
    times.push(performance.now() - from)
    if (!said.endsWith(` w${nth}`)) lost++
  }
  return { times: times.sort((a, b) => a - b), lost }
}

const share = (times: readonly number[], part: number) =>
  (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN).toFixed(2)
const other = (nth: number) => (nth + 1) % servers.running.length
const adoption = await timed(other)
const again = await timed(other)
for (const [what, { times, lost }] of Object.entries({ 'taken over': adoption, 'called again there': again }))
  console.log(
    `${what}: ${times.length} calls, one after the other, p50 ${share(times, 0.5)} ms, p99 ${share(times, 0.99)} ms, ${lost} lost or wrong`,
  )
if (adoption.lost + again.lost > 0) process.exitCode = 1
