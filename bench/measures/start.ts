import { type ChildProcess, spawn } from 'node:child_process'
import { request } from 'node:http'
import { hello } from '../../test/support/project.ts'
import type { Sample } from '../harness/row.ts'
import { processorOf } from './process-use.ts'

const list = `${JSON.stringify({ jsonrpc: '2.0', id: 'list', method: 'tools/list' })}\n`

export interface Started {
  env: NodeJS.ProcessEnv
  cwd?: string
  /** What stands before Node, such as `taskset`. */
  before?: readonly string[]
}

/** From the start of a server on stdio to its list of tools, and the processor time it has used until then. */
export async function untilListed(args: readonly string[], options: Started): Promise<Sample> {
  const begun = performance.now()
  const child = startNode(args, options, ['pipe', 'pipe', 'pipe'])
  let [output, words] = ['', '']
  child.stderr?.on('data', (chunk: Buffer) => {
    words += chunk
  })
  const sample = await new Promise<Sample>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk
      if (output.includes('"id":"list"'))
        resolve({ wall: performance.now() - begun, cpu: processorOf(child) })
    })
    child.once('close', (code) => reject(new Error(`ended with ${code} and no list: ${words.slice(-200)}`)))
    child.stdin?.on('error', () => undefined)
    child.stdin?.write(hello + list)
  })
  child.stdin?.end()
  await closed(child)
  return sample
}

/** From the start of a server on a port to the answer to its first request. */
export async function untilAnswered(args: readonly string[], options: Started): Promise<Sample> {
  const begun = performance.now()
  const child = startNode(args, options, ['ignore', 'ignore', 'pipe'])
  let words = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk
      const found = /listening on (\S+?)["\s]/.exec(words)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('close', (code) => reject(new Error(`ended with ${code} and no port: ${words.slice(-200)}`)))
  })
  await ask(new URL(url))
  const sample = { wall: performance.now() - begun, cpu: processorOf(child) }
  child.kill()
  await closed(child)
  return sample
}

/** From the start of a program to its end. */
export async function untilEnded(args: readonly string[], options: Started): Promise<Sample> {
  const begun = performance.now()
  const child = startNode(args, options, ['ignore', 'ignore', 'pipe'])
  let words = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    words += chunk
  })
  const code = await closed(child)
  if (code !== 0) throw new Error(`ended with ${code}: ${words.slice(-200)}`)
  return { wall: performance.now() - begun }
}

function startNode(
  args: readonly string[],
  { env, cwd, before = [] }: Started,
  stdio: ('pipe' | 'ignore')[],
) {
  const [command = '', ...rest] = [...before, process.execPath, ...args]
  const child = spawn(command, rest, { env, cwd, stdio })
  child.once('error', () => undefined)
  return child
}

function closed(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null && child.stdout?.closed !== false) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('close', resolve))
}

/** Anything but silence will do: a refusal takes as long as an answer. */
function ask(url: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const sent = request(url, { method: 'POST', agent: false, headers }, (response) => {
      response.resume().once('end', resolve)
    })
    sent.once('error', reject)
    sent.end(hello.split('\n', 1)[0])
  })
}
