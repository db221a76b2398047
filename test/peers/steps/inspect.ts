import { isDeepStrictEqual } from 'node:util'
import { connectV2 } from '../../support/clients.ts'
import { fastmcp, patience } from '../../support/program.ts'
import { seenBy } from '../../support/seen.ts'
import type { Step } from '../step.ts'
import { plainly, sameTools, type Tool } from '../tools.ts'

/** All that `inspect --json` says, set against all that an official client sees under plain Node. */
export const inspect: Step = {
  name: 'inspect',
  limit: 120_000,
  async walk(peer) {
    const client = await connectV2(plainly(peer))
    const seen = await seenBy(client).finally(() => client.close())
    const { entry, args, folder: cwd, env } = peer
    const words = ['inspect', entry, '--json', '--load-timeout', '60', '--', ...args]
    const { code, stdout, stderr } = await fastmcp(words, { cwd, env: { ...env }, limit: patience })
    // A list that the server itself fails to give is named, and the others are there.
    if (code !== 0 && code !== 5) throw new Error(`exit code ${code}: ${stderr.slice(0, 800)}`)
    const said = JSON.parse(stdout) as Record<string, unknown>
    await sameTools(peer, seen.tools as Tool[], said.tools as Tool[])
    for (const key of Object.keys(seen).filter((key) => key !== 'tools')) {
      if (isDeepStrictEqual(seen[key], said[key])) continue
      throw new Error(
        `${key}: ${JSON.stringify(seen[key])?.slice(0, 300)} is ${JSON.stringify(said[key])?.slice(0, 300)} here`,
      )
    }
    return undefined
  },
}
