import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Cell } from '../cell.ts'
import { kindsOn, meet } from './meet.ts'

/** Installs the server into a client's file, and starts it as that client does: from somewhere else. */
export async function installAndStart(cell: Cell): Promise<void> {
  const file = cell.project.path('client/mcp.json')
  cell.project.write('client/mcp.json', '{}')
  const words = ['install', 'cursor', ...cell.words, '--name', 'matrix', '--config', file, ...cell.tail]
  const { code } = await cell.run(words)
  assert.equal(code, 0, `install ended with ${code}`)
  const entry = JSON.parse(readFileSync(file, 'utf8')).mcpServers.matrix as Entry
  // A URL is a server that such a client goes to by itself.
  if ('url' in entry) {
    await meet(cell, await cell.connectAll(kindsOn(cell, 'http'), { http: new URL(entry.url) }))
    return
  }
  const [program = '', ...stdio] = entry.args
  assert.equal(entry.command, process.execPath)
  const target = { ...cell.settings, program, stdio, cwd: '/', env: { ...cell.settings.env, ...entry.env } }
  await meet(cell, await cell.connectAll(['v1', 'modern'].filter(isAmong(kindsOn(cell, 'stdio'))), target))
}

type Entry = { command: string; args: string[]; env?: Record<string, string> } | { url: string }

const isAmong =
  <T extends string>(some: readonly T[]) =>
  (one: string): one is T =>
    (some as readonly string[]).includes(one)
