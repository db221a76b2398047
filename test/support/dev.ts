import { type Started, startFastmcp } from './program.ts'
import { Project } from './project.ts'

/**
 * A server of SDK v1 as people write it, in a version of its own: what it lists and answers says which.
 * `slow` waits, `pid` tells its process, `state` asks its client.
 */
export const editedServer = (version: string, more = '') => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
export const server = new McpServer({ name: 'edited', version: '1.0.0' })
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] })
server.registerTool('version', { description: '${version}' }, () => text('${version}'))
server.registerTool('pid', {}, () => text(process.pid))
server.registerTool('slow', { inputSchema: { ms: z.number() } }, async ({ ms }) => {
  await new Promise((resolve) => setTimeout(resolve, ms))
  return text('${version}')
})
server.registerTool('ask', {}, async () => {
  const { action } = await server.server.elicitInput({ message: '${version}?', requestedSchema: { type: 'object', properties: {} } })
  return text('${version} ' + action)
})
${more}`

export interface EditedFiles {
  /** Files beside the server's, or instead of it. */
  files?: Record<string, string>
  /** Where the server is. */
  file?: string
  /** What is typed to name it. */
  spec?: string
  env?: Record<string, string>
}

/** A project with a server that is edited while `fastmcp dev` serves it. */
export class Edited implements AsyncDisposable {
  readonly project: Project
  readonly dev: Started
  readonly file: string

  constructor(
    args: readonly string[] = [],
    { files = {}, file = 'server.ts', spec = file, env = {} }: EditedFiles = {},
  ) {
    this.file = file
    this.project = new Project({ [file]: editedServer('first'), ...files })
    this.dev = startFastmcp(['dev', this.project.path(spec), '--no-inspector', '-p', '0', ...args], {
      cwd: this.project.folder,
      env,
    })
  }

  async url(): Promise<URL> {
    const [, url = ''] = await this.dev.until(/listening on (\S+)/)
    return new URL(url)
  }

  save(version: string, more?: string): void {
    this.project.write(this.file, editedServer(version, more))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dev[Symbol.asyncDispose]()
    this.project[Symbol.dispose]()
  }
}

export interface Calls {
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<unknown>
}

/** What a tool answered, as text. */
export async function textOf(
  client: Calls,
  name: string,
  args: Record<string, unknown> = {},
): Promise<string> {
  const result = (await client.callTool({ name, arguments: args })) as { content: { text: string }[] }
  return result.content[0]?.text ?? ''
}

/** Waits until a condition holds, looking again after each `event`, or a moment. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  limit = 15_000,
): Promise<T> {
  const deadline = Date.now() + limit
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error('it never happened')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
