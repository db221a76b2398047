import { setTimeout as delay } from 'node:timers/promises'
import { start } from '../../test/support/program.ts'
import type { Contestant } from '../harness/row.ts'
import { called, type Serving } from './serving.ts'

/** One of our servers on a port, and before it another of us, which is given its URL. */
export const behindUrl = (serving: Omit<Serving, 'words' | 'url'>): Contestant => ({
  name: serving.name,
  open: async (lab) => {
    serving.files?.(lab)
    const options = { cwd: lab.project.folder, env: lab.env }
    const behind = start(process.execPath, lab.ours('run', 'v1.ts', '-t', 'http', '-p', '0'), options)
    try {
      const [, url = ''] = await behind.until(/listening on ([^\s"]+)/)
      const words = () => lab.ours('run', url, '-t', 'http', '-p', '0')
      const proxy = await called({ ...serving, words }).open(lab)
      const close = async () => {
        await proxy.close?.()
        await behind[Symbol.asyncDispose]()
      }
      return { round: proxy.round, close }
    } catch (error) {
      await behind[Symbol.asyncDispose]()
      throw error
    }
  },
})

/** A port that is asked for once, by whoever comes first. */
export function portOf(free: () => Promise<number>): () => Promise<number> {
  let port: Promise<number> | undefined
  return () => {
    port ??= free()
    return port
  }
}

/** How long a program of others may take until it listens, in milliseconds. */
const patience = 20_000

/** The address, once anything answers there. */
export async function reached(url: URL): Promise<URL> {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await delay(50)) {
    const answered = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.body?.cancel().then(() => true) ?? true,
      () => false,
    )
    if (answered) return url
  }
  throw new Error(`nothing listens on ${url}`)
}
