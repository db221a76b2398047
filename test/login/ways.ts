import assert from 'node:assert/strict'
import type { Readable } from 'node:stream'
import { clientV2, textOf, transportV2 } from '../support/clients.ts'
import type { LoginHome } from '../support/login-home.ts'
import { opened } from '../support/opened.ts'
import { startFastmcp } from '../support/program.ts'

export type Way = 'list' | 'call' | 'run'
export const allWays: readonly Way[] = ['list', 'call', 'run']

/** What a way makes of a server: why it failed, if it did, and what it said on stderr. */
export interface Used {
  readonly fault: string | undefined
  readonly stderr: string
}

/**
 * Goes one of the three ways to a remote server, which each log in by themselves: the list of its tools, a call, or a
 * real client on stdio.
 * @param tell gets what it says on stderr as it comes.
 */
export async function go(
  way: Way,
  home: LoginHome,
  url: string,
  { args = [], tell }: { args?: readonly string[]; tell?: (text: string) => void } = {},
): Promise<Used> {
  if (way === 'run') return underClient(home, ['run', url, ...args], tell)
  const words = way === 'list' ? ['list', url] : ['call', url, 'greet']
  await using started = startFastmcp([...words, ...args], { env: home.env })
  started.child.stderr?.on('data', (chunk: Buffer) => tell?.(String(chunk)))
  const { code } = await started.exited
  const { stdout, stderr } = started
  if (code !== 0) {
    assert.equal(code, 4, stderr)
    return { fault: stderr, stderr }
  }
  if (way === 'list') assert.match(stdout, /greet/)
  else assert.equal(stdout, 'hello\n')
  return { fault: undefined, stderr }
}

/** The same where it has to come out well. */
export async function use(way: Way, home: LoginHome, url: string, ...args: string[]): Promise<string> {
  const { fault, stderr } = await go(way, home, url, { args })
  assert.equal(fault, undefined, stderr)
  return stderr
}

async function underClient(
  home: LoginHome,
  stdio: readonly string[],
  tell?: (text: string) => void,
): Promise<Used> {
  const transport = transportV2({ stdio, env: home.env })
  const client = clientV2()
  opened({ close: () => client.close() })
  let stderr = ''
  const connecting = client.connect(transport as Parameters<typeof client.connect>[0])
  const words = Reflect.get(transport, 'stderr') as Readable
  words.on('data', (chunk: Buffer) => {
    stderr += chunk
    tell?.(String(chunk))
  })
  try {
    await connecting
    const { tools } = await client.listTools()
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['greet'],
    )
    assert.equal(textOf(await client.callTool({ name: 'greet', arguments: {} })), 'hello')
    return { fault: undefined, stderr }
  } catch (error) {
    return { fault: String(error), stderr }
  } finally {
    await client.close()
  }
}
