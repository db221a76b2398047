import assert from 'node:assert/strict'
import { copyFileSync, cpSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Target } from '../../support/clients.ts'
import type { Cell } from '../cell.ts'
import { kindsOn, meet } from './meet.ts'

/** Builds the server, and meets what was built where there is nothing but what it says it needs. */
export async function buildFor(cell: Cell, transport: 'stdio' | 'http' | 'sse'): Promise<void> {
  const { code, stderr } = await cell.runOnce(['build', ...cell.words, '-o', 'built.mjs'])
  assert.equal(code, 0, `build ended with ${code}`)
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-built-'))
  cell.closing(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
  const built = join(folder, 'server.mjs')
  copyFileSync(cell.project.path('built.mjs'), built)
  // What the command says must go along does.
  for (const [, path = ''] of stderr.matchAll(/^ *(\S+) is read while the server starts/gm))
    cpSync(cell.project.path(path), join(folder, path), { recursive: true })
  // On stdio each client starts a program; one of each era is enough.
  const kinds = kindsOn(cell, transport).filter(
    (kind) => transport !== 'stdio' || kind === 'v1' || kind === 'modern',
  )
  await meet(cell, await cell.connectAll(kinds, await served(cell, built, transport)))
}

async function served(cell: Cell, built: string, transport: 'stdio' | 'http' | 'sse'): Promise<Target> {
  const cwd = join(built, '..')
  // As under `run`, a file that names another transport is told which one is meant.
  const stdio = ['-t', 'stdio', ...cell.tail]
  if (transport === 'stdio') return { ...cell.settings, program: built, stdio, cwd }
  const url = await cell.serveBy(built, ['-t', transport], cwd)
  return transport === 'sse' ? { sse: url } : { http: url }
}
