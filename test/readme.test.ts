import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { root, run } from './support/program.ts'
import { Project } from './support/project.ts'

const readme = readFileSync(`${root}README.md`, 'utf8')
const library = readme.slice(readme.indexOf('\n## The library\n'), readme.indexOf('\n## Coming from\n'))

/** What the short snippets take for granted. */
const given = `
import { connect, type Context, FastMCP, isMain, SSETransport } from 'fastmcp-cli'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
declare const mcp: FastMCP
declare const ctx: Context
declare const app: {
  all(path: string, handler: (context: { req: { raw: Request } }) => Promise<Response>): void
  use(path: string, handler: (request: IncomingMessage, response: ServerResponse) => void): void
}
`

/** The snippets of the section: its blocks, and in the table what stands in the right column. */
function snippets(): string[] {
  const blocks = [...library.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  const cells = library
    .slice(library.indexOf('### Side by side'))
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (-|FastMCP in)/.test(line))
    .map(
      (line) =>
        line
          .split(' | ')[1]
          ?.replace(/\s*\|$/, '')
          .trim() ?? '',
    )
    .filter((cell) => !cell.includes('fastmcp run'))
  const code = cells.map((cell) => [...cell.matchAll(/(`+)(.+?)\1/g)].map((match) => match[2]).join('\n'))
  return [...blocks, ...code]
}

/** A block that imports stands alone; the others are put where what they need is there. */
function asModule(snippet: string): string {
  const standsAlone = /^import .*fastmcp-cli/m.test(snippet)
  const own = new Set([...snippet.matchAll(/^(?:export )?const (\w+) =/gm)].map((match) => match[1]))
  if (standsAlone && own.has('mcp')) return snippet
  if (standsAlone) return `declare const mcp: import('fastmcp-cli').FastMCP\n${snippet}`
  return `${given}\nexport async function example() {\n${snippet}\n}`
}

test('the snippets of the library compile under strict checks', async () => {
  const all = snippets()
  assert.ok(all.length >= 18, `${all.length} snippets`)
  const files = Object.fromEntries(all.map((snippet, index) => [`snippet-${index}.ts`, asModule(snippet)]))
  using project = new Project({
    ...files,
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, module: 'nodenext', target: 'esnext', types: ['node'] },
      include: ['*.ts'],
    }),
  })
  const checked = await run(`${root}node_modules/.bin/tsc`, ['-p', project.folder], {
    cwd: project.folder,
    limit: 60_000,
  })
  assert.equal(checked.code, 0, checked.stdout)
})
