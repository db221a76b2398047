// Runs by itself, since nothing else works while a builtin is replaced. It prints which replacements let somebody in.
import { Hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AuthHook } from '../../../src/protocol/auth.ts'
import type { JsonRpcMessage } from '../../../src/protocol/jsonrpc.ts'
import { lackingScopes } from '../../../src/protocol/tool-scopes.ts'
import { AuthGate } from '../../../src/serve/auth/auth-gate.ts'
import { hookFromOutside } from '../../../src/serve/auth/outside-hook.ts'
import { checkTokenFile } from '../../../src/serve/auth/token-file.ts'
import type { HttpServeOptions } from '../../../src/serve/serve-options.ts'
import { HostCheck } from '../../../src/transports/http/host-check.ts'

// Taken before anything is replaced.
const { defineProperty, getOwnPropertyDescriptor, entries } = Object
const { ownKeys } = Reflect
const { stringify } = JSON
const later = setImmediate
const Native = Promise
const [, , tokens = ''] = process.argv

const log = () => undefined
const guardedBy = (options: Partial<HttpServeOptions>) => {
  const outside = hookFromOutside(options as HttpServeOptions, log)
  if (!outside) throw new Error('no guard')
  return new AuthGate(outside.hook, log, '/mcp')
}
const hookedBy = (hook: () => unknown) => new AuthGate(hook as AuthHook, log, '/mcp')
checkTokenFile(tokens)
const caller = { token: 'x', clientId: 'x', scopes: [] }
const gates = {
  '--token-env': guardedBy({ token: 'good' }),
  '--token-file': guardedBy({ tokenFile: tokens }),
  'a hook that knows nobody': hookedBy(async () => undefined),
  'a hook that refuses': hookedBy(async () => new Response('no', { status: 401 })),
  'a hook with an expired token': hookedBy(async () => ({ ...caller, expiresAt: 1 })),
  'a hook with an end that makes no sense': hookedBy(async () => ({ ...caller, expiresAt: 'never' })),
  'a hook with an inactive token': hookedBy(async () => ({ ...caller, active: false })),
}
const toolScopes = new Map([['wipe', ['write']]])
const lacking = lackingScopes(() => toolScopes, { empty: ['write'] })
const calling = (name: string) =>
  ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } }) as JsonRpcMessage
const calls = ['wipe', 'empty'].map((name) => ({ name, message: calling(name) }))
const hosts = new HostCheck({ host: '127.0.0.1', allowedHosts: [], allowedOrigins: [] })
const strange = { headers: { host: 'evil.example', origin: 'https://evil.example' } } as IncomingMessage

/** Where what a check may use is found by name. */
const owners: Record<string, object> = {
  ...{ Array, Object, Reflect, JSON, Number, Date, Promise, URL, Map, Set },
  'Array.prototype': Array.prototype,
  'String.prototype': String.prototype,
  'Map.prototype': Map.prototype,
  'Set.prototype': Set.prototype,
  'RegExp.prototype': RegExp.prototype,
  'Promise.prototype': Promise.prototype,
  'Headers.prototype': Headers.prototype,
  'Response.prototype': Response.prototype,
  'Request.prototype': Request.prototype,
  'URL.prototype': URL.prototype,
  'Hash.prototype': Hash.prototype,
  'Object.prototype': Object.prototype,
}

/** What a replaced method may do instead. */
const answers: Record<string, (this: unknown, ...args: unknown[]) => unknown> = {
  'says yes': () => true,
  'says nothing': () => undefined,
  'returns a text': () => 'x',
  'returns its object': function () {
    return this
  },
  'returns what it got': (first) => first,
}
const manners = entries(answers)
// No destructuring below: it asks the iterators of arrays, which are replaced as well.
const guards = entries(gates).map(([name, gate]) => ({ name, gate }))

const found: string[] = []
let tried = 0

/** Whoever must not come in tries to. */
async function tryAll(): Promise<string[]> {
  const admitted: string[] = []
  let open = guards.length
  for (let at = 0; at < guards.length; at++) {
    const guard = guards[at]
    const ask = async () => {
      try {
        const verdict = await guard?.gate.check(requests[at] as Request)
        if (guard && verdict?.kind === 'admitted') admitted[admitted.length] = guard.name
      } catch {
        // It admits nobody.
      }
      open--
    }
    void ask()
  }
  for (let at = 0; at < calls.length; at++) {
    const call = calls[at]
    if (call && !attempt(() => lacking(call.message, caller)))
      admitted[admitted.length] = `the scopes of ${call.name}`
  }
  if (!attempt(() => hosts.hostFault(strange))) admitted[admitted.length] = 'another host'
  if (!attempt(() => hosts.originFault(strange))) admitted[admitted.length] = 'another origin'
  for (let turn = 0; turn < 60 && open > 0; turn++) await new Native((done) => void later(done))
  return admitted
}

function attempt(check: () => unknown): boolean {
  try {
    return check() !== undefined
  } catch {
    return true
  }
}

let requests: Request[] = []
const presenting = () => new Request('http://h.example/mcp', { headers: { authorization: 'Bearer wrong' } })

// What a broken builtin breaks elsewhere is nobody's way in.
process.on('unhandledRejection', () => undefined)
for (const [owner, holder] of entries(owners)) {
  for (const key of ownKeys(holder)) {
    const before = getOwnPropertyDescriptor(holder, key)
    const kind = typeof before?.get === 'function' ? 'get' : 'value'
    if (!before?.configurable || typeof before[kind] !== 'function' || key === 'constructor') continue
    for (const [manner, answer] of manners) {
      // With a match for ever, the language's own loops over matches have no end.
      if (key === 'exec' && manner === 'returns its object') continue
      requests = guards.map(presenting)
      defineProperty(holder, key, { ...before, [kind]: answer })
      const admitted = await tryAll()
      defineProperty(holder, key, before)
      tried++
      for (const name of admitted) found.push(`${owner}.${String(key)} ${manner}: ${name}`)
    }
  }
}
process.stdout.write(stringify({ tried, found }), () => process.exit())
