import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Edited } from '../support/dev.ts'
import {
  fastmcp,
  listening,
  program,
  type Started,
  serveHttp,
  start,
  startFastmcp,
} from '../support/program.ts'
import { Project } from '../support/project.ts'
import { initialize, mcpHeaders, rpc, send } from '../support/raw-http.ts'
import { unguarded } from './guarded-server.ts'

/** A server that is up, what it says, and what takes it down again. */
export interface Road extends AsyncDisposable {
  url: URL
  stderr(): string
}

type Env = Record<string, string>

export const plainServer = unguarded['a plain file of SDK v1']

/** What user code, or a library it uses, may replace before callers come; each would open a guard that uses it. */
const replacing = `
import { existsSync } from 'node:fs'
const { parse } = JSON
const told = setInterval(() => {
  if (!existsSync(new URL('go', import.meta.url))) return
  clearInterval(told)
  replaceAll()
  console.error('globals are replaced')
}, 20)
function replaceAll() {
globalThis.fetch = async () => new Response(JSON.stringify({ active: true, keys: [] }))
Date.now = () => 0
globalThis.Date = class extends Date { constructor(...args) { super(...(args.length ? args : [0])) } }
Array.prototype.includes = () => true
JSON.parse = (...args) => {
  const value = parse(...args)
  if (value && typeof value === 'object' && ('exp' in value || 'active' in value)) {
    Object.assign(value, { active: true, exp: 9e9, nbf: 0, aud: 'https://mcp.example/mcp' })
  }
  return value
}
globalThis.crypto.subtle.verify = async () => true
for (const name of ['Request', 'Response', 'Headers', 'URL', 'Promise', 'Map', 'URLSearchParams'])
  globalThis[name] = class extends globalThis[name] {}
for (const [name, value] of Object.entries({ kind: 'known', active: true, clientId: 'x' }))
  Object.defineProperty(Object.prototype, name, { value, writable: true, configurable: true })
}
`

export const replacingServer = plainServer + replacing

/** A server with a hook in its code, which stands where globals are replaced. */
export const hookedServer = (hook: string) => `
import { FastMCP, introspectionAuth, jwtAuth } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'hooked', version: '1.0.0', auth: ${hook} })
mcp.tool({ name: 'whoami' }, (_, ctx) => String(ctx.auth?.extra?.sub))
${replacing}`

/** The same server under run and under dev, with its globals replaced. */
export const hookedRoads = {
  run: (hook: string) => file(hookedServer(hook), [], {}),
  dev: (hook: string) => edited(hookedServer(hook), [], {}),
}

/** Every way in which something that knows of no callers is served and guarded from outside. */
export const roads: Record<string, (args: readonly string[], env?: Env) => Promise<Road>> = {
  'a file under run': (args, env = {}) => file(plainServer, args, env),
  'a file that replaces globals under run': (args, env = {}) => file(replacingServer, args, env),
  'a file under dev': (args, env = {}) => edited(plainServer, args, env),
  'a file that replaces globals under dev': (args, env = {}) => edited(replacingServer, args, env),
  'a built file': (args, env = {}) => built(plainServer, args, env),
  'a built file that replaces globals': (args, env = {}) => built(replacingServer, args, env),
  'a command': async (args, env = {}) => {
    const project = new Project({ 'server.ts': plainServer })
    const command = [process.execPath, program, 'run', project.path('server.ts')].join(' ')
    const started = startFastmcp(['run', '-t', 'http', '-p', '0', ...args, '--exec', command], { env })
    return road(await listening(started), project)
  },
  'an mcp.json': async (args, env = {}) => {
    const project = new Project({ 'server.ts': plainServer })
    const one = { command: process.execPath, args: [program, 'run', project.path('server.ts')] }
    writeFileSync(project.path('mcp.json'), JSON.stringify({ mcpServers: { one } }))
    const started = startFastmcp(['run', project.path('mcp.json'), '-t', 'http', '-p', '0', ...args], { env })
    return road(await listening(started), project)
  },
  'a URL': async (args, env = {}) => {
    const project = new Project({ 'server.ts': plainServer })
    const behind = await serveHttp(project.path('server.ts'))
    const started = startFastmcp(['run', behind.url.href, '-t', 'http', '-p', '0', ...args], { env })
    return road(await listening(started), behind, project)
  },
}

async function file(source: string, args: readonly string[], env: Env): Promise<Road> {
  const project = new Project({ 'server.ts': source })
  const server = await serveHttp(project.path('server.ts'), args, { env })
  await replaced(source, server, project)
  return road(server, project)
}

async function edited(source: string, args: readonly string[], env: Env): Promise<Road> {
  const under = new Edited(args, { files: { 'server.ts': source }, env })
  const url = await under.url()
  await replaced(source, under.dev, under.project)
  return road(Object.assign(under.dev, { url }), under)
}

async function built(source: string, args: readonly string[], env: Env): Promise<Road> {
  const project = new Project({ 'server.ts': source })
  const made = await fastmcp(['build', project.path('server.ts'), '-o', project.path('built.mjs')])
  assert.equal(made.code, 0, made.stderr)
  const words = [project.path('built.mjs'), '-t', 'http', '-p', '0', ...args]
  const server = await listening(start(process.execPath, words, { cwd: '/', env }))
  await replaced(source, server, project)
  return road(server, project)
}

/** Has a server that replaces globals do so, now that it has been loaded. */
async function replaced(source: string, server: Started, project: Project): Promise<void> {
  if (!source.includes(replacing)) return
  project.write('go', '')
  await server.until(/globals are replaced/)
}

function road(
  server: { url: URL; stderr: string } & AsyncDisposable,
  ...behind: (Disposable | AsyncDisposable)[]
): Road {
  return {
    url: server.url,
    stderr: () => server.stderr,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      for (const one of behind) {
        if (Symbol.asyncDispose in one) await one[Symbol.asyncDispose]()
        else one[Symbol.dispose]()
      }
    },
  }
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** Opens a session with these headers, or asks by a modern request. */
export const ask = (url: URL, headers: Record<string, string>, era: 'legacy' | 'modern' = 'legacy') =>
  era === 'legacy'
    ? send(url, { headers: { ...mcpHeaders, ...headers }, body: initialize })
    : send(url, { headers: { ...modernHeaders, ...headers }, body: modernList })

const modernHeaders = { ...mcpHeaders, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }
const modernList = rpc('tools/list', {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
})
