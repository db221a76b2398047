import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { allowInstalls } from './limits.ts'
import { run, type Started, start } from './program.ts'

allowInstalls()

/** A parser with the rules of Docker's own, and a linter of manners; neither needs an engine. */
const tools = 'dockerfile-utils@0.16.3 dockerfilelint@1.8.0'

interface Parsed {
  getInstructions(): { getInstruction(): string; getArgumentsContent(): string | null }[]
}

interface Tools {
  validate(text: string, settings: object): { message: string; range: { start: { line: number } } }[]
  parse(text: string): Parsed
  linter: string
}

/** The linters, installed on demand; `undefined` where npm cannot be reached. */
export function dockerTools(): Tools | undefined {
  try {
    const modules = cachedModules('dockerfile-lint', tools)
    const require = createRequire(join(modules, 'none.js'))
    const { validate } = require('dockerfile-utils')
    const { DockerfileParser } = require('dockerfile-ast')
    const linter = join(modules, 'dockerfilelint', 'bin', 'dockerfilelint')
    return { validate, parse: (text) => DockerfileParser.parse(text), linter }
  } catch {
    return undefined
  }
}

/** All that either linter finds in a Dockerfile, a line each. */
export async function lintDockerfile({ validate, linter }: Tools, text: string): Promise<string[]> {
  const strict = {
    deprecatedMaintainer: 2,
    directiveCasing: 2,
    instructionCasing: 2,
    instructionWorkdirRelative: 2,
  }
  const faults = validate(text, strict).map(
    ({ message, range }) => `line ${range.start.line + 1}: ${message}`,
  )
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-dockerfile-'))
  try {
    const file = join(folder, 'Dockerfile')
    writeFileSync(file, text)
    const { stdout, stderr } = await run(process.execPath, [linter, '--json', file])
    const [found] = (JSON.parse(stdout || `{"files":[${JSON.stringify({ issues: [{ title: stderr }] })}]}`)
      .files ?? []) as { issues: { line?: string; title: string; content?: string }[] }[]
    return [
      ...faults,
      ...(found?.issues ?? []).map((one) => `line ${one.line}: ${one.title} ${one.content ?? ''}`),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The arguments of every instruction of one kind, as words, after its flags: JSON where it is written so. */
export function instructions({ parse }: Tools, text: string, kind: string): string[][] {
  return parse(text)
    .getInstructions()
    .filter((one) => one.getInstruction() === kind)
    .map((one) => {
      const content = (one.getArgumentsContent() ?? '').replace(/^(--\S+ )*(CMD )?(?=\[)/, '')
      return content.startsWith('[') ? (JSON.parse(content) as string[]) : content.split(/\s+/)
    })
}

/** Starts an image's command in a folder as it stands; only where its port is taken here, on a free one. */
export async function startAsItStands(
  [program, ...words]: readonly string[],
  cwd: string,
  t: TestContext,
): Promise<{ server: Started; port: string }> {
  if (program !== 'node') throw new Error(`the command starts ${program}`)
  const listening = /listening on http:\/\/\S+:(\d+)\//
  const server = start(process.execPath, words, { cwd })
  try {
    return { server, port: (await server.until(listening))[1] ?? '' }
  } catch (error) {
    await server[Symbol.asyncDispose]()
    if (!server.stderr.includes('the port is in use')) throw error
  }
  t.diagnostic('its port is in use here, so that a free one takes its place')
  const free = words.map((word) => (word === '8000' ? '0' : word))
  const other = start(process.execPath, free, { cwd, env: { FASTMCP_PORT: '0' } })
  return { server: other, port: (await other.until(listening))[1] ?? '' }
}

/** Runs an image's health check as Docker would, for a server that listens on this port. */
export async function healthCheck(
  [program, ...words]: readonly string[],
  port: string,
): Promise<number | null> {
  if (program !== 'node') throw new Error(`the health check starts ${program}`)
  return (
    await run(
      process.execPath,
      words.map((word) => word.replaceAll('8000', port)),
    )
  ).code
}
