import { connect } from 'fastmcp-cli'
import { register } from 'tsx/esm/api'
import { type Host, serveMounted } from '../support/mounted.ts'
import { program, root, run, type Started, start, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { httpLine, sseLine } from './http-line.ts'
import { type Line, parsed } from './line.ts'
import { stdioLine } from './stdio-line.ts'

/** A server that is up, and the ways to it. */
export interface Stage extends AsyncDisposable {
  line(): Promise<Line>
  /** A second client, where there can be one. */
  witness: (() => Promise<Line>) | undefined
  /** The process that clients talk to. */
  pid: number | undefined
  /** What went to stderr so far. */
  words(): string
}

export interface Road {
  name: string
  modern: boolean
  /** Driven with every change. */
  often?: boolean
  /** Driven then with the deepest messages, too. */
  deepest?: boolean
  /** How the names of the tools begin, where those of several servers are told apart. */
  prefix?: string
  start(): Promise<Stage>
}

type Kind = 'own' | 'v1' | 'v2'

const fixture = (name: string) => `${root}test/fixtures/fuzz/${name}`
const target = fixture('target.ts')
/** A small heap, so that what piles up ends the process. */
const node = '--max-old-space-size=400'
const command = { command: process.execPath, args: [program, 'run', target], env: { KIND: 'v1' } }
const exec = `"${command.command}" ${command.args.map((arg) => `"${arg}"`).join(' ')}`

async function overHttp(words: readonly string[], kind: Kind, transport: 'http' | 'sse', modern: boolean) {
  const served = startFastmcp([...words, '-t', transport, '-p', '0'], {
    env: { KIND: kind, NODE_OPTIONS: node },
  })
  return stage(served, transport, modern)
}

async function stage(
  served: Started,
  transport: 'http' | 'sse',
  modern: boolean,
  more: Disposable | AsyncDisposable | undefined = undefined,
): Promise<Stage> {
  const [, address = ''] = await served.until(/listening on (http\S+)/).catch(async (error: unknown) => {
    await served[Symbol.asyncDispose]()
    throw error
  })
  const line = () => (transport === 'sse' ? sseLine(new URL(address)) : httpLine(new URL(address), modern))
  return {
    line,
    witness: line,
    pid: served.child.pid,
    words: () => served.stderr,
    [Symbol.asyncDispose]: async () => {
      await served[Symbol.asyncDispose]()
      if (more) await (Symbol.asyncDispose in more ? more[Symbol.asyncDispose]() : more[Symbol.dispose]())
    },
  }
}

function overStdio(words: readonly string[], kind: Kind, modern: boolean): Promise<Stage> {
  const served = startFastmcp(words, { env: { KIND: kind, NODE_OPTIONS: node } })
  return Promise.resolve({
    line: () => stdioLine(served.child, modern),
    witness: undefined,
    pid: served.child.pid,
    words: () => served.stderr,
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  })
}

const dev = ['dev', target, '--no-inspector']
const configured = () =>
  new Project({ 'mcp.json': JSON.stringify({ mcpServers: { one: command, two: command } }) })

const all: Road[] = [
  ...(['own', 'v1', 'v2'] as const).flatMap((kind): Road[] => [
    http(`run, ${kind}`, ['run', target], kind),
    http(`run, ${kind}`, ['run', target], kind, true),
    stdio(`run, ${kind}`, ['run', target], kind),
    stdio(`run, ${kind}`, ['run', target], kind, true),
    http(`dev, ${kind}`, dev, kind),
    http(`dev, ${kind}`, dev, kind, true),
    stdio(`dev, ${kind}`, [...dev, '-t', 'stdio'], kind),
    stdio(`dev, ${kind}`, [...dev, '-t', 'stdio'], kind, true),
    sse(`run, ${kind}`, ['run', target], kind),
    sse(`dev, ${kind}`, dev, kind),
  ]),
  http('--exec', ['run', '--exec', exec], 'v1'),
  http('--exec', ['run', '--exec', exec], 'v1', true),
  stdio('--exec', ['run', '--exec', exec], 'v1'),
  stdio('--exec', ['run', '--exec', exec], 'v1', true),
  sse('--exec', ['run', '--exec', exec], 'v1'),
  {
    name: 'a URL, http',
    modern: false,
    start: async () => {
      const behind = await overHttp(['run', target], 'own', 'http', false)
      const [, address = ''] = /listening on (http\S+)/.exec(behind.words()) ?? []
      const served = startFastmcp(['run', address, '-t', 'http', '-p', '0'], { env: { NODE_OPTIONS: node } })
      return stage(served, 'http', false, behind)
    },
  },
  {
    name: 'mcp.json, http',
    modern: false,
    prefix: 'one_',
    start: async () => {
      const project = configured()
      const words = ['run', project.path('mcp.json'), '-t', 'http', '-p', '0']
      return stage(startFastmcp(words, { env: { NODE_OPTIONS: node } }), 'http', false, project)
    },
  },
  ...[false, true].map(
    (modern): Road => ({
      name: `built${modern ? ', modern' : ''}, http`,
      modern,
      start: async () => {
        const project = new Project({})
        const file = project.path('built.mjs')
        const { code, stderr } = await run(process.execPath, [program, 'build', target, '-o', file], {
          limit: 60_000,
        })
        if (code !== 0) throw new Error(stderr)
        const served = start(process.execPath, [file, '-t', 'http', '-p', '0'], {
          env: { NODE_OPTIONS: node },
        })
        return stage(served, 'http', modern, project)
      },
    }),
  ),
  ...(['node:http', 'Hono'] as const).flatMap((host) => [mounted(host, false), mounted(host, true)]),
  { name: 'in memory', modern: false, start: inMemory },
]

/** Driven with every change; all of them take ten minutes. */
const often = new Set([
  'run, own, http',
  'run, v2, stdio',
  'dev, own, http',
  'dev, own, modern, http',
  'dev, v1, stdio',
  'mounted in Hono, http',
])

export const roads: readonly Road[] = all.map((road) => ({
  ...road,
  often: often.has(road.name),
  deepest: road.name === 'dev, own, http',
}))

function http(name: string, words: readonly string[], kind: Kind, modern = false): Road {
  return {
    name: `${name}${modern ? ', modern' : ''}, http`,
    modern,
    start: () => overHttp(words, kind, 'http', modern),
  }
}

function sse(name: string, words: readonly string[], kind: Kind): Road {
  return { name: `${name}, sse`, modern: false, start: () => overHttp(words, kind, 'sse', false) }
}

function stdio(name: string, words: readonly string[], kind: Kind, modern = false): Road {
  return {
    name: `${name}${modern ? ', modern' : ''}, stdio`,
    modern,
    start: () => overStdio(words, kind, modern),
  }
}

function mounted(host: Host, modern: boolean): Road {
  const start = () => serveMounted(host, target, { env: { NODE_OPTIONS: node } })
  return {
    name: `mounted in ${host}${modern ? ', modern' : ''}, http`,
    modern,
    start: async () => stage(await start(), 'http', modern),
  }
}

/** The official client's wire in this process; what is not valid JSON cannot be sent there. */
async function inMemory(): Promise<Stage> {
  // Tests are compiled, and this file is not one of them.
  const unregister = register()
  const { server } = (await import(target)) as { server: unknown }
  await unregister()
  const line = async (): Promise<Line> => {
    const client = await connect(server, { era: 'legacy', elicit: () => ({ action: 'cancel' }) })
    const { transport } = client
    if (!transport) throw new Error('there is no transport')
    const made: Line = {
      onSaid: () => undefined,
      send: async (text) => {
        const message = parsed(text)
        if (message !== undefined) await transport.send(message as never)
        return { status: undefined, said: [] }
      },
      close: () => client.close(),
    }
    transport.onmessage = (message: object) => made.onSaid(message)
    return made
  }
  return {
    line,
    witness: line,
    pid: undefined,
    words: () => '',
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
