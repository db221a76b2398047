import { join } from 'node:path'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { amount, type Part, type Sample, timesAsLong, wallTime } from '../harness/row.ts'
import { type Bridge, heldAfterCalls, loggedIn, startedAgain } from '../measures/logging-in.ts'

const fastmcp: Bridge = {
  name: 'run <url>',
  words: (lab, url) => lab.ours('run', url),
  keptBy: 'FASTMCP_LOGIN_DIR',
}

const mcpRemote: Bridge = {
  name: 'mcp-remote',
  words: (_, url) => [
    join(cachedModules('bench-mcp-remote', 'mcp-remote@0.15.1'), 'mcp-remote', 'dist', 'proxy.js'),
    url,
  ],
  keptBy: 'MCP_REMOTE_CONFIG_DIR',
}

const [login, theirLogin] = [loggedIn(fastmcp), loggedIn(mcpRemote)]
const [start, theirStart] = [startedAgain(fastmcp), startedAgain(mcpRemote)]
const [memory, theirMemory] = [heldAfterCalls(fastmcp), heldAfterCalls(mcpRemote)]

/** A client on stdio before a server that wants a login: the program itself, and the one that most use for it. */
export const logins: Part = {
  name: 'logins',
  rounds: [7, 3],
  rows: [
    wallTime({ what: 'start → login → list of tools', of: login }),
    wallTime({ what: 'start → login → list of tools, mcp-remote', of: theirLogin }),
    timesAsLong({ what: 'start → login → list of tools ÷ mcp-remote', of: login, by: theirLogin }),
    wallTime({ what: 'start → list of tools, logged in before', of: start }),
    wallTime({ what: 'start → list of tools, logged in before, mcp-remote', of: theirStart }),
    timesAsLong({ what: 'start → list of tools, logged in before ÷ mcp-remote', of: start, by: theirStart }),
    amount({ what: 'memory after 20 calls', of: memory, unit: 'MB' }),
    amount({ what: 'memory after 20 calls, mcp-remote', of: theirMemory, unit: 'MB' }),
    {
      what: 'memory after 20 calls ÷ mcp-remote',
      of: memory,
      by: theirMemory,
      unit: '×',
      value: amountRatio,
    },
  ],
}

function amountRatio(of: Sample, by: Sample): number {
  return (of.amount ?? Number.NaN) / (by.amount ?? Number.NaN)
}
