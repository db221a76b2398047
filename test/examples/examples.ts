import assert from 'node:assert/strict'
import { pinned, type Target } from '../support/clients.ts'
import { type Caller, type ConnectCaller, callerV1, callerV2, type Progress } from './caller.ts'

export interface Example {
  /** What is given to `fastmcp run`, in `examples/`. */
  file: string
  /** The module itself, where that is another path. */
  module?: string
  /** Arguments of `forecast`, and what comes back. */
  forecast: [args: Record<string, unknown>, answer: Record<string, unknown>]
  /** Whether `trip` can ask a client of the modern era, where a server sends no requests of its own. */
  asksModern: boolean
}

const days: Example['forecast'] = [
  { city: 'Oslo', days: 2 },
  { city: 'Oslo', degrees: [4, 6] },
]
const tomorrow: Example['forecast'] = [{ city: 'Oslo' }, { city: 'Oslo', degrees: 4 }]

export const examples: Example[] = [
  { file: 'weather.ts', forecast: days, asksModern: true },
  { file: 'weather-v1.ts', forecast: days, asksModern: true },
  // SDK v2 itself refuses `elicitInput` in the modern era.
  { file: 'weather-v2.ts', forecast: days, asksModern: false },
  { file: 'factory.ts', forecast: tomorrow, asksModern: true },
  { file: 'low-level.ts', forecast: [{ city: 'Oslo' }, { degrees: 4 }], asksModern: true },
  { file: 'weather.cjs', forecast: tomorrow, asksModern: true },
  {
    file: 'workspace',
    module: 'workspace/server/src/server.ts',
    forecast: [
      { city: 'Oslo', unit: 'F' },
      { city: 'Oslo', temperature: '39 °F' },
    ],
    asksModern: true,
  },
]

export type Transport = 'stdio' | 'streamable-http' | 'sse'
type Era = 'legacy' | 'modern'

/** Each way an official client can connect, and the era it then speaks; on SSE there is no modern era. */
export const connections: { client: string; transport: Transport; era: Era; connect: ConnectCaller }[] = (
  ['stdio', 'streamable-http', 'sse'] as const
).flatMap((transport) => {
  const newest: Era = transport === 'sse' ? 'legacy' : 'modern'
  return [
    { client: 'SDK v1', transport, era: 'legacy', connect: callerV1 },
    { client: 'SDK v2, legacy', transport, era: 'legacy', connect: callerV2('legacy') },
    { client: 'SDK v2, auto', transport, era: newest, connect: callerV2('auto') },
    ...(newest === 'modern'
      ? [{ client: 'SDK v2, pinned', transport, era: newest, connect: callerV2(pinned) }]
      : []),
  ]
})

const surveyed = ['Oslo', 'Lisbon', 'Nairobi', 'Sapporo'].map((city) => `looked at ${city}`)

/** Two clients at once, each of which must get what is its own. */
export async function checkTwo(example: Example, era: Era, connect: ConnectCaller, target: Target) {
  const callers: Caller[] = []
  const join = async (name: string, city: string) => {
    const caller = await connect(target, name, city)
    callers.push(caller)
    return caller
  }
  try {
    const [ann, bob] = await Promise.all([join('ann', 'Lisbon'), join('bob', 'Sapporo')])
    const both = (of: (caller: Caller) => Promise<unknown>) => Promise.all([of(ann), of(bob)])
    for (const tool of ['forecast', 'survey', 'trip', 'whoami']) {
      assert.ok((await ann.tools()).includes(tool), `there is no ${tool}`)
    }
    const [args, answer] = example.forecast
    assert.deepEqual(await both(async (caller) => (await caller.call('forecast', args)).structuredContent), [
      answer,
      answer,
    ])
    await both((caller) => caller.call('survey'))
    // An answer later than everything the survey tells, so that nothing more of it can be on the way.
    assert.deepEqual(await both((caller) => textOf(caller, 'whoami')), ['ann', 'bob'])
    for (const { name, progress, logs } of [ann, bob]) {
      const steps = [1, 2, 3, 4].map((step) => ({ progressToken: `for ${name}`, progress: step, total: 4 }))
      assert.deepEqual((await progress.atLeast(4)).map(withoutMessage), steps)
      assert.deepEqual(await logs.atLeast(surveyed.length), surveyed)
    }
    const asked = await both((caller) => textOf(caller, 'trip'))
    if (era === 'legacy' || example.asksModern) assert.deepEqual(asked, ['19 degrees', '-2 degrees'])
    else for (const text of asked) assert.match(String(text), /'elicitation\/create' cannot be sent/)
  } finally {
    await Promise.all(callers.map((caller) => caller.close()))
  }
}

const withoutMessage = ({ progressToken, progress, total }: Progress) => ({ progressToken, progress, total })

export async function textOf(caller: Caller, tool: string, args = {}): Promise<string> {
  const [first] = (await caller.call(tool, args)).content
  return first?.type === 'text' ? first.text : ''
}
