import type { Peer } from '../peer.ts'
import { serve } from '../serve.ts'
import type { Step } from '../step.ts'
import { sameTools, type Tool, toolsAt } from '../tools.ts'

/** Two starts on stdio, the second from what the first has kept, and one on HTTP for two clients at once. */
export const run: Step = {
  name: 'run',
  limit: 240_000,
  async walk(peer: Peer, tools: readonly Tool[]) {
    const { folder: cwd, env, entry, args } = peer
    const tail = ['--load-timeout', '60', '--', ...args]
    for (const start of ['first', 'second'])
      await named(`${start} start on stdio`, async () =>
        sameTools(peer, tools, await toolsAt({ stdio: ['run', entry, '-t', 'stdio', ...tail], cwd, env })),
      )
    await named('over HTTP', async () => {
      await using served = await serve('run', peer)
      await sameTools(peer, tools, await toolsAt({ http: served.url }, ['v1', 'v2']))
    })
    return undefined
  },
}

async function named(which: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    throw new Error(`${which}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
