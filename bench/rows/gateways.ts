import { join } from 'node:path'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { freePort } from '../../test/support/free-port.ts'
import type { Lab } from '../harness/lab.ts'
import { type Part, processor, timesAsMuch } from '../harness/row.ts'
import { behindUrl, portOf, reached } from '../measures/behind.ts'
import { called } from '../measures/serving.ts'
import { writeServer } from '../servers/written.ts'

const files = writeServer('v1')
const calls = 1_500

const throughExec = called({
  name: 'run --exec',
  files,
  words: (lab) => lab.ours('run', '--exec', `node ${lab.path('v1.mjs')}`, '-t', 'http', '-p', '0'),
  era: 'legacy',
  calls,
})

const throughUrl = behindUrl({ name: 'run <url>', files, era: 'legacy', calls })

/** A program of others that puts a server on stdio on a port, installed when it is asked for. */
const peer = (name: string, spec: string, program: string, words: (lab: Lab, port: number) => string[]) => {
  const port = portOf(freePort)
  return called({
    name,
    files,
    words: async (lab) => {
      const modules = cachedModules(`bench-${name}`, spec)
      return [join(modules, program), ...words(lab, await port())]
    },
    url: async () => reached(new URL(`http://127.0.0.1:${await port()}/mcp`)),
    era: 'legacy',
    calls,
  })
}

const supergateway = peer('supergateway', 'supergateway@4.0.0', 'supergateway/dist/index.js', (lab, port) => [
  ...['--stdio', `node ${lab.path('v1.mjs')}`, '--outputTransport', 'streamableHttp', '--stateful'],
  ...['--port', String(port), '--logLevel', 'none'],
])

const mcpProxy = peer('mcp-proxy', 'mcp-proxy@6.7.19', 'mcp-proxy/dist/bin/mcp-proxy.mjs', (lab, port) => [
  ...['--port', String(port), '--host', '127.0.0.1', '--server', 'stream', '--'],
  ...['node', lab.path('v1.mjs')],
])

/** Servers that are reached rather than loaded, beside those who do the same. */
export const gateways: Part = {
  name: 'gateways',
  rounds: [7, 3],
  rows: [
    processor({
      target: 13,
      what: 'a call through a URL, processor time of the proxy',
      of: throughUrl,
      unit: 'ms',
      goal: { atMost: 0.1 },
    }),
    timesAsMuch({
      target: 13,
      what: 'calls through a URL ÷ supergateway before a program',
      of: throughUrl,
      by: supergateway,
      goal: { atLeast: 3 },
    }),
    timesAsMuch({
      target: 14,
      what: 'calls through --exec ÷ supergateway',
      of: throughExec,
      by: supergateway,
      goal: { atLeast: 4 },
    }),
    timesAsMuch({ what: 'calls through a URL ÷ mcp-proxy before a program', of: throughUrl, by: mcpProxy }),
    timesAsMuch({ what: 'calls through --exec ÷ mcp-proxy', of: throughExec, by: mcpProxy }),
  ],
}
