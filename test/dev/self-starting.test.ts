import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { connectV2 } from '../support/clients.ts'
import { eventually, textOf } from '../support/dev.ts'
import { limits } from '../support/limits.ts'
import { type Started, startFastmcp, times } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { type SelfStarting, selfStarting } from '../support/self-starting.ts'
import { chosen, rarely } from '../support/whole.ts'

// Each test is a dozen processes, and three run at once.
limits.test = 300_000

type Client = Awaited<ReturnType<typeof connectV2>>
type Transport = 'http' | 'stdio'

/** A package that spare processes load ahead; this one notes in which processes it is. */
const telling = 'node_modules/zod-to-json-schema'

/** A file that starts itself, while it is edited, served and called. */
class Edited implements AsyncDisposable {
  readonly project: Project
  readonly #shape: SelfStarting
  #dev: Started | undefined
  #client: Client | undefined
  #output = () => ''
  #reloads = 0
  /** Every process that has answered. */
  readonly #served = new Set<number>()

  constructor(shape: SelfStarting) {
    this.#shape = shape
    this.project = new Project({ 'package.json': '{ "type": "module" }', ...shape.files })
    rmSync(this.project.path(telling))
    this.project.write(`${telling}/package.json`, '{ "name": "zod-to-json-schema", "main": "index.cjs" }')
    const note = "require('node:fs').appendFileSync(__filename + '.loaded', process.pid + ' ')"
    this.project.write(`${telling}/index.cjs`, note)
    this.save('first')
  }

  /** Has it served, and a client connected to it. */
  async open(transport: Transport = 'http', words: readonly string[] = ['dev', '--no-inspector']) {
    const [command = '', ...options] = words
    const args = [
      command,
      this.project.path(this.#shape.file),
      '-t',
      transport,
      '--log-level',
      'info',
      ...options,
    ]
    const cwd = this.project.folder
    if (transport === 'http') {
      const dev = startFastmcp([...args, '-p', '0'], { cwd })
      this.#dev = dev
      this.#output = () => dev.stderr
      const [, url = ''] = await dev.until(/listening on (\S+)/)
      this.#client = await connectV2({ http: new URL(url) })
    } else {
      this.#client = await connectV2({ stdio: args, cwd })
      let said = ''
      const { stderr } = this.#client.transport as StdioClientTransport
      stderr?.on('data', (chunk) => {
        said += chunk
      })
      this.#output = () => said
    }
    assert.match(await this.#answer('version'), /^first /)
  }

  /** @param changed makes another shape of it. */
  save(version: string, tool?: string, changed = (source: string) => source): void {
    const { file, source, built } = this.#shape
    const last = file.endsWith('.cjs') ? "\nrequire('zod-to-json-schema')" : "\nimport 'zod-to-json-schema'"
    const text = changed(source(version, tool))
    this.write((built?.(text, this.project) ?? text) + last)
  }

  write(text: string): void {
    this.project.write(this.#shape.file, text)
  }

  /** Waits for the next reload, whose code answers. @returns the process that it is in. */
  async live(version: string, tool = 'version'): Promise<number> {
    await this.says(times(' reload ', ++this.#reloads))
    const [said, pid] = (await this.#answer(tool)).split(' ')
    assert.equal(said, version)
    assert.deepEqual(
      (await this.#connected.listTools()).tools.map(({ name }) => name),
      [tool],
    )
    return Number(pid)
  }

  /** Waits for a spare process to have loaded ahead what there is. @returns it, if there is anything. */
  async spare(): Promise<number | undefined> {
    if (!this.#shape.ahead) return undefined
    const path = this.project.path(`${telling}/index.cjs.loaded`)
    const loaded = () => (existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ').map(Number) : [])
    return eventually(() => loaded().find((pid) => !this.#served.has(pid) && alive(pid)), 60_000)
  }

  async says(words: RegExp): Promise<void> {
    await eventually(() => words.exec(this.#output()) ?? undefined, 60_000).catch(() =>
      assert.fail(`never said ${words}:\n${this.#output()}`),
    )
  }

  async #answer(tool: string): Promise<string> {
    const answer = await textOf(this.#connected, tool)
    this.#served.add(Number(answer.split(' ')[1]))
    return answer
  }

  get #connected(): Client {
    assert.ok(this.#client)
    return this.#client
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.close()
    await this.#dev?.[Symbol.asyncDispose]()
    this.project[Symbol.dispose]()
  }
}

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const both: readonly Transport[] = ['http', 'stdio']
/** All of it takes minutes: `npm run test:soak`. */
const soak = process.env.FASTMCP_SOAK_SAVES !== undefined

describe('every save of a file that starts itself is live', { concurrency: 3 }, () => {
  for (const [index, shape] of chosen([...selfStarting.entries()], 14)) {
    for (const transport of soak ? both : [both[index % 2] ?? 'http']) {
      const { file, about } = shape
      test(`${file}${about ? `, which ${about}` : ''}, on ${transport}`, async () => {
        await using edited = new Edited(shape)
        await edited.open(transport)
        await savesAreLive(edited)
        if (soak || index < 3) await mishapsAreOver(edited)
      })
    }
  }
})

/** One after the other, each when the spare process is ready for it. */
async function savesAreLive(edited: Edited): Promise<void> {
  for (const [version, tool] of [['second'], ['third', 'renamed']] as const) {
    const spare = await edited.spare()
    if (tool) {
      // What an editor writes slowly is empty for a moment, and not to be loaded like that.
      edited.write('')
      await delay(15)
    }
    edited.save(version, tool)
    const pid = await edited.live(version, tool)
    assert.equal(pid, spare ?? pid, 'the spare process is there to be used')
  }
}

/** A save that does not load, its correction, and a death. */
async function mishapsAreOver(edited: Edited): Promise<void> {
  await edited.spare()
  edited.write('this is no code (;')
  await edited.says(/still serving/)
  edited.save('fourth')
  process.kill(await edited.live('fourth'), 'SIGKILL')
  await edited.says(/ restart /)
  await edited.live('fourth')
  await edited.spare()
  edited.save('fifth')
  await edited.live('fifth')
}

rarely(
  'a file that exports its server starts it by itself after a save, and exports it after the next',
  async () => {
    const [shape] = selfStarting
    assert.ok(shape)
    await using edited = new Edited(shape)
    await edited.open()
    for (const version of ['second', 'third', 'fourth', 'fifth']) {
      await edited.spare()
      const exported = version === 'second' || version === 'fourth'
      edited.save(
        version,
        undefined,
        exported ? (source) => source.replace(/^await .*/m, 'export default newServer()') : undefined,
      )
      await edited.live(version)
    }
  },
)
