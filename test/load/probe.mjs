// Loaded ahead of a server: collects its garbage and writes down what it keeps, whenever it gets the signal.
import { appendFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

const file = process.env.FASTMCP_LOAD_PROBE
// The threads of a server, and the programs that it starts, have the same environment.
if (file && isMainThread) watch(file)

function watch(file) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  let peak = 0
  setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().heapUsed)
  }, 20).unref()
  process.on('SIGUSR2', () => {
    const uncollected = process.memoryUsage().heapUsed
    for (let times = 0; times < 4; times++) collect()
    const { heapUsed, external, rss } = process.memoryUsage()
    const resources = process.getActiveResourcesInfo()
    const listeners = Object.fromEntries(
      process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
    )
    const said = {
      pid: process.pid,
      peak: Math.max(peak, uncollected),
      heap: heapUsed,
      external,
      rss,
      resources,
      listeners,
    }
    appendFileSync(file, `${JSON.stringify(said)}\n`)
  })
}
