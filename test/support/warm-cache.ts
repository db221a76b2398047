import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { readSealed, writeSealed } from '../../src/files/checked-file.ts'
import { fastmcp, type Outcome, patience, type RunOptions } from './program.ts'
import { hello, Project } from './project.ts'

/** A server with a tool that says which one it is, and one that says where it stands. */
export const namedServer = (name: string, more = '') => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
${more}
interface Named { name: string }
const named: Named = { name: '${name}' }
export const server = new McpServer({ name: named.name, version: '1.0.0' })
const answer = (text: string) => ({ content: [{ type: 'text' as const, text }] })
server.registerTool('name', {}, () => answer(named.name))
server.registerTool('where', {}, () => answer(new Error('here').stack ?? ''))
`

/** The line of such a server on which the second tool makes its error. */
const line = 9

const calls = ['name', 'where']
  .map((name) => `${JSON.stringify({ jsonrpc: '2.0', id: name, method: 'tools/call', params: { name } })}\n`)
  .join('')

/** What is wrong with the way a server answers; nothing when it is right in every respect. */
export function faultOf({ code, stdout, stderr }: Outcome, name: string): string | undefined {
  if (code !== 0) return `exit ${code}: ${stderr}`
  if (stderr !== '') return `it said: ${stderr}`
  if (!stdout.includes(`"serverInfo":{"name":"${name}"`)) return `another introduction: ${stdout}`
  if (!stdout.includes(`"text":"${name}"`)) return `another answer: ${stdout}`
  return new RegExp(`${name}\\.ts:${line}:`).test(stdout) ? undefined : `another place: ${stdout}`
}

/** Starts a server of a project once, and asks it. */
export const startOnce = (project: Project, name: string, options: RunOptions = {}): Promise<Outcome> =>
  fastmcp(['run', `${name}.ts`], {
    cwd: project.folder,
    input: hello + calls,
    limit: 6 * patience,
    ...options,
  })

/** Two servers that have been started until everything that can be kept is kept. */
export async function warmProject(cache = 'cache'): Promise<Project> {
  const project = new Project({
    'one.ts': namedServer('one'),
    'two.ts': namedServer('two', "import { z } from 'zod'; void z.string()"),
  })
  const env = { FASTMCP_CACHE_DIR: project.path(cache) }
  for (const [index, name] of ['one', 'two'].entries()) {
    await bundled(project.path(cache), index + 1, () => startOnce(project, name, { env }))
    for (let start = 0; start < 2; start++) await startOnce(project, name, { env })
  }
  await fastmcp(['list', 'one.ts'], { cwd: project.folder, env, limit: 6 * patience })
  return project
}

/** A server that has been started once, whose compiled form is another's work, with every hash and seal as it should be. */
export async function forgedProject(): Promise<Project> {
  const project = new Project({ 'one.ts': namedServer('one') })
  const cache = project.path('cache')
  await bundled(cache, 1, () => startOnce(project, 'one', { env: { FASTMCP_CACHE_DIR: cache } }))
  for (const path of filesOf(cache, /^[0-9a-f]{24}\.json$/)) {
    const pack = JSON.parse(readSealed(path)?.toString() ?? '')
    for (const module of Object.values<{ code: string }>(pack.modules)) module.code += shout
    writeSealed(path, JSON.stringify(pack))
  }
  return project
}

/** Milliseconds after which what bundles should have begun. */
const begun = 5_000

/**
 * Starts a server until the packages of so many servers have been bundled: a start that ends at once, as on a busy machine
 * where its input is over before it serves, leaves no bundle.
 */
async function bundled(cache: string, count: number, start: () => Promise<unknown>): Promise<void> {
  const described = () => filesOf(cache, /^packages-\w+\.json$/).length >= count
  const deadline = Date.now() + 12 * patience
  while (!described() && Date.now() < deadline) {
    await start()
    const last = Date.now() + begun
    await until(() => described() || (Date.now() > last && isIdle(cache)), cache)
  }
  if (!described()) throw new Error(`no packages were bundled: ${filesOf(cache, /./)}`)
  await idle(cache)
}

const isIdle = (cache: string): boolean => filesOf(cache, /\.lock$/).length === 0

/** Waits until nothing is being made for the next start. */
export const idle = (cache: string): Promise<void> => until(() => isIdle(cache), cache)

async function until(done: () => boolean, cache: string): Promise<void> {
  const deadline = Date.now() + 6 * patience
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`nothing came to an end: ${filesOf(cache, /./)}`)
    await delay(50)
  }
}

/** The files of a cache by their kind. */
export const kinds: Readonly<Record<string, RegExp>> = {
  pack: /^[0-9a-f]{24}\.json$/,
  'source maps': /^[0-9a-f]{24}-[0-9a-f]{12}\.maps$/,
  'description of the packages': /^packages-[0-9a-f]{24}\.json$/,
  'script of the packages': /^packages-[0-9a-f-]+\.cjs$/,
  'code cache of the packages': /\.cjs\.cache$/,
  'code cache of a start': /\.cjs\.started\.cache$/,
  'code cache of the command line': /^cli-.*\.cache$/,
}

export const filesOf = (cache: string, kind: RegExp): string[] =>
  (existsSync(cache) ? readdirSync(cache) : [])
    .filter((name) => kind.test(name))
    .sort()
    .map((name) => `${cache}/${name}`)

export const bytesOf = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

const shout = 'console.error("not what was compiled");'

/** Code at the front; where there is no code, bytes that V8 takes for some. */
export function editFile(path: string): void {
  const bytes = readFileSync(path)
  if (path.endsWith('.maps')) return writeFileSync(path, bytes.toString().replace('{', '{"odd":"",'))
  if (path.endsWith('.cjs')) return writeFileSync(path, Buffer.concat([Buffer.from(shout), bytes]))
  if (path.endsWith('.json')) {
    const text = bytes.toString()
    const edited = text.replace('"modules":{', '"modules":{"odd":[],')
    if (edited === text) throw new Error(`${path} holds nothing to edit`)
    return writeFileSync(path, edited)
  }
  for (let at = bytes.length >> 1; at < (bytes.length >> 1) + 64; at++) bytes[at] = (bytes[at] ?? 0) ^ 0xff
  writeFileSync(path, bytes)
}
