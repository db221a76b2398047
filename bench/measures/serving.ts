import { start } from '../../test/support/program.ts'
import type { Lab } from '../harness/lab.ts'
import type { Contestant } from '../harness/row.ts'
import { type Asked, addition, type Era, Load } from './load.ts'
import { processorOf } from './process-use.ts'

export interface Serving {
  name: string
  files?: (lab: Lab) => void
  /** What Node is started with; some have to know their port beforehand. */
  words: (lab: Lab) => string[] | Promise<string[]>
  /** Where it is reached, where it does not say so itself. */
  url?: (lab: Lab) => URL | Promise<URL>
  era: Era
  asked?: Asked
  headers?: Record<string, string>
  /** Calls in a round. */
  calls?: number
  /** How many are on their way at once, over kept connections. */
  inFlight?: number
  env?: Record<string, string>
}

/** A server on a port that is called again and again: time on the clock and processor time for one call. */
export const called = ({
  name,
  files,
  words,
  url,
  era,
  asked = addition,
  headers,
  calls = 3_000,
  inFlight = 32,
  env,
}: Serving): Contestant => ({
  name,
  open: async (lab) => {
    files?.(lab)
    const cwd = lab.project.folder
    const server = start(process.execPath, await words(lab), { cwd, env: { ...lab.env, ...env } })
    const close = () => server[Symbol.asyncDispose]()
    try {
      const at = url ? await url(lab) : new URL((await server.until(/listening on ([^\s"]+)/))[1] ?? '')
      const load = await Load.open(at, era, inFlight, asked, headers)
      // Code is compiled by what it does most.
      await load.run(calls)
      const round = async () => {
        const before = processorOf(server.child)
        const took = await load.run(calls)
        return { wall: took / calls, cpu: (processorOf(server.child) - before) / calls }
      }
      return { round, close }
    } catch (error) {
      await close()
      throw error
    }
  },
})
