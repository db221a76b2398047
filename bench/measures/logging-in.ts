import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { clientV1 } from '../../test/support/clients.ts'
import { LoginServer } from '../../test/support/login-server.ts'
import { root } from '../../test/support/program.ts'
import type { Lab } from '../harness/lab.ts'
import type { Contestant, Sample } from '../harness/row.ts'
import { treeResidentOf } from './process-use.ts'
import { untilListed } from './start.ts'

/** A program that puts a remote server on stdio, and logs in there by itself. */
export interface Bridge {
  readonly name: string
  readonly words: (lab: Lab, url: string) => string[]
  /** The variable that names the folder in which it keeps its logins. */
  readonly keptBy: string
}

/** Calls that are made before its memory is looked at. */
const calls = 20

/** From its start to the list of tools of a server that it has never logged in at, with a browser that follows links. */
export const loggedIn = (bridge: Bridge): Contestant =>
  before(bridge, 'logs in', async (guarded) => {
    // What the first of all starts prepares is not a matter of the login.
    await guarded.start(guarded.newAccount(), 'logs in')
    return () => guarded.start(guarded.newAccount(), 'logs in')
  })

/** The same at a server that it has logged in at before. */
export const startedAgain = (bridge: Bridge): Contestant =>
  before(bridge, 'starts again', async (guarded) => {
    const account = guarded.newAccount()
    await guarded.start(account, 'logs in')
    return () => guarded.start(account, 'is logged in')
  })

/** Megabytes of it, and of all that it has started, after some calls to a server that it has logged in at. */
export const heldAfterCalls = (bridge: Bridge): Contestant =>
  before(bridge, 'has called', async (guarded) => {
    const account = guarded.newAccount()
    await guarded.start(account, 'logs in')
    return async () => ({ amount: await guarded.megabytes(account) })
  })

const before = (
  bridge: Bridge,
  what: string,
  rounds: (guarded: Guarded) => Promise<() => Promise<Sample>>,
): Contestant => ({
  name: `${bridge.name} ${what}`,
  open: async (lab) => {
    const server = await LoginServer.start()
    const close = () => server[Symbol.asyncDispose]()
    try {
      return { round: await rounds(new Guarded(bridge, lab, server)), close }
    } catch (error) {
      await close()
      throw error
    }
  },
})

/** A bridge to a server that wants a login. */
class Guarded {
  readonly #bridge: Bridge
  readonly #lab: Lab
  readonly #server: LoginServer
  readonly #words: string[]

  constructor(bridge: Bridge, lab: Lab, server: LoginServer) {
    this.#bridge = bridge
    this.#lab = lab
    this.#server = server
    this.#words = bridge.words(lab, server.url)
  }

  /** A folder without any login. */
  newAccount(): string {
    return mkdtempSync(join(this.#lab.project.folder, 'account-'))
  }

  /** @throws when it opens a browser and is expected not to, or the other way round. */
  async start(account: string, expected: 'logs in' | 'is logged in'): Promise<Sample> {
    const { counts } = this.#server
    const seen = counts.authorize
    const sample = await untilListed(this.#words, { env: this.#env(account), cwd: account })
    const windows = counts.authorize - seen
    if (windows !== (expected === 'logs in' ? 1 : 0)) throw new Error(`it has opened ${windows} windows`)
    await this.#lab.untilQuiet()
    return sample
  }

  async megabytes(account: string): Promise<number> {
    const env = this.#env(account) as Record<string, string>
    const [command, args] = [process.execPath, this.#words]
    const transport = new StdioClientTransport({ command, args, env, cwd: account, stderr: 'ignore' })
    const client = clientV1()
    await client.connect(transport as Parameters<typeof client.connect>[0])
    try {
      for (let count = 0; count < calls; count++) await client.callTool({ name: 'greet', arguments: {} })
      return treeResidentOf(transport.pid ?? 0) / 1024
    } finally {
      await client.close()
    }
  }

  #env(account: string): NodeJS.ProcessEnv {
    return {
      ...this.#lab.env,
      [this.#bridge.keptBy]: account,
      // Both open the browser that this names, the one by itself and the other by xdg-open.
      BROWSER: join(root, 'test/support/browser.mjs'),
      TEST_BROWSER_LOG: join(account, 'browser.log'),
    }
  }
}
