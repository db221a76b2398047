import { fastmcp, patience } from '../../support/program.ts'
import type { Step } from '../step.ts'
import { sameTools } from '../tools.ts'

export const list: Step = {
  name: 'list',
  limit: 120_000,
  async walk(peer, tools) {
    const { entry, args, folder: cwd, env } = peer
    const words = ['list', entry, '--json', '--load-timeout', '60', '--', ...args]
    const { code, stdout, stderr } = await fastmcp(words, { cwd, env: { ...env }, limit: patience })
    // A list that the server itself fails to give is named, and the others are there.
    if (code !== 0 && code !== 5) throw new Error(`exit code ${code}: ${stderr.slice(0, 800)}`)
    await sameTools(peer, tools, JSON.parse(stdout).tools)
    return undefined
  },
}
