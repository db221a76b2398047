import { setTimeout as delay } from 'node:timers/promises'
import { clientV2, connectV2 } from '../../test/support/clients.ts'
import { type Started, start } from '../../test/support/program.ts'
import type { Lab } from '../harness/lab.ts'
import type { Contestant } from '../harness/row.ts'
import type { Edit } from '../servers/imports.ts'

/** A person thinks between two saves, and what has reloaded prepares for the next. */
const pause = 700

/** How long a client that was thrown out tries to find the new tool, in milliseconds. */
const patience = 20_000

type Client = ReturnType<typeof clientV2>

export interface Saving {
  name: string
  /** The folder of the project, its files as they are first, and what a save writes. */
  folder: string
  files: Record<string, string>
  edit: Edit
  /** What Node is started with, for a server on this port. */
  words: (lab: Lab, entry: string) => string[]
  entry?: string
  /** Its port, where clients have to connect anew after a save. */
  port?: () => Promise<number>
}

/** From the save of a file until a client has the tool that it names. */
export const saved = ({
  name,
  folder,
  files,
  edit,
  words,
  entry = 'server.ts',
  port,
}: Saving): Contestant => ({
  name,
  open: async (lab) => {
    for (const [file, text] of Object.entries(files)) lab.write({ [`${folder}/${file}`]: text })
    const own = await port?.()
    const env = { ...lab.env, ...(own !== undefined && { BENCH_PORT: String(own) }) }
    const args = words(lab, lab.path(`${folder}/${entry}`))
    const server = start(process.execPath, args, { cwd: lab.path(folder), env })
    const close = () => ended(server)
    try {
      const [, url = `http://127.0.0.1:${own}/mcp`] = await server.until(/listening(?: on (\S+))?/)
      const client = new Watching(new URL(url))
      await client.connect()
      let version = 0
      const round = async () => {
        await delay(pause)
        const { name: file, text } = edit(++version)
        const heard = own === undefined ? client.heard() : undefined
        const begun = performance.now()
        lab.write({ [`${folder}/${file}`]: text })
        await (heard ?? client.found(`tool${version}`))
        const wall = performance.now() - begun
        if (!(await client.has(`tool${version}`))) throw new Error(`tool${version} is not there`)
        return { wall }
      }
      // The first save finds less prepared than those after it.
      await round()
      return { round, close: () => client.close().then(close) }
    } catch (error) {
      await close()
      throw error
    }
  },
})

/** A client that hears of changes, or has to look for them. */
class Watching {
  readonly #url: URL
  #client: Client = clientV2()
  #heard: () => void = () => undefined

  constructor(url: URL) {
    this.#url = url
  }

  async connect(): Promise<void> {
    this.#client = clientV2()
    this.#client.setNotificationHandler('notifications/tools/list_changed', () => this.#heard())
    await connectV2({ http: this.#url }, this.#client)
  }

  /** Resolves with the next change. */
  heard(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve
    })
  }

  async has(tool: string): Promise<boolean> {
    return (await this.#client.listTools()).tools.some(({ name }) => name === tool)
  }

  /** Connects again and again until there is the tool: the session is gone, or the port still closed. */
  async found(tool: string): Promise<void> {
    for (const deadline = Date.now() + patience; Date.now() < deadline; await delay(10)) {
      await this.close()
      const there = this.connect().then(() => this.has(tool))
      if (await Promise.race([there.catch(() => false), delay(5_000, false)])) return
    }
    throw new Error(`${tool} never came`)
  }

  async close(): Promise<void> {
    await this.#client.close().catch(() => undefined)
  }
}

/** Killed at once, watchers would leave what they watch behind. */
async function ended(server: Started): Promise<void> {
  server.kill('SIGTERM')
  await Promise.race([server.exited, delay(5_000)])
  await server[Symbol.asyncDispose]()
}
