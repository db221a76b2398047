import type { Lab } from '../harness/lab.ts'
import type { Contestant, Sample } from '../harness/row.ts'
import { type Started, untilAnswered, untilEnded, untilListed } from './start.ts'

type Words = (lab: Lab) => string[]
type Files = (lab: Lab) => void

/** How often ours starts before it is measured: what starts prepare for the next takes two to be there. */
const warmUps = 3

interface Start {
  name: string
  files?: Files
  words: Words
  /** Whether a start prepares something for the next one, as ours do. */
  prepares?: boolean
  options?: (lab: Lab) => Partial<Started>
}

const warmed =
  (until: (args: string[], options: Started) => Promise<Sample>) =>
  ({ name, files, words, prepares = false, options }: Start): Contestant => ({
    name,
    open: async (lab) => {
      files?.(lab)
      const start = () => until(words(lab), { env: lab.env, cwd: lab.project.folder, ...options?.(lab) })
      for (let count = 0; count < (prepares ? warmUps : 1); count++) {
        await start()
        if (prepares) await lab.untilQuiet()
      }
      return { round: start }
    },
  })

/** A server that is started again and again, until it has listed its tools on stdio. */
export const started = warmed(untilListed)

/** The same on a port, until it has answered its first request. */
export const startedOnPort = warmed(untilAnswered)

/** A command that ends by itself. */
export const command = warmed(untilEnded)

/** A server that is started as right after its installation: no program has kept anything. */
export const firstStarted = ({ name, files, words }: Start): Contestant => ({
  name,
  open: (lab) => {
    files?.(lab)
    return {
      round: async () => {
        const empty = lab.emptyEnv()
        const sample = await untilListed(words(lab), { env: empty.env, cwd: lab.project.folder })
        // What it does for the second start must be over before the next measurement.
        await lab.untilQuiet(empty.folder)
        empty.remove()
        return sample
      },
    }
  },
})
