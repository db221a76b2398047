import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Block, blocksOf, pages, root, textOf } from '../../scripts/site/pages.ts'
import { allowInstalls } from '../support/limits.ts'
import { run } from '../support/program.ts'
import { Project } from '../support/project.ts'

allowInstalls()

/** What short blocks take for granted. */
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

const blocks = pages().flatMap(blocksOf)

/** A block that imports stands alone; the others are put where what they need is there. */
const asModule = (text: string) =>
  /^import /m.test(text) ? text : `${given}\nexport async function example() {\n${text}\n}`

/** Blocks of a page as files of one folder: by their title, so that one can import another; a later one has a number. */
function filesOf(typed: readonly Block[]): Record<string, string> {
  const files: Record<string, string> = {}
  for (const { page, line, title, text } of typed) {
    const folder = page.replaceAll(/[^\w]/g, '-')
    const [stem = '', ending = 'ts'] = (title ?? `block-${line}.ts`).split(/\.(?=[^.]+$)/)
    const named = `${folder}/${stem}.${ending}`
    files[named in files ? `${folder}/${stem}-${line}.${ending}` : named] = asModule(text)
  }
  return files
}

/** In the table for users of Python, what stands in the right column. */
function cellsOf(page: string): Record<string, string> {
  const table = /^\| FastMCP in Python[\s\S]*?\n\n/m.exec(textOf(page))?.[0] ?? ''
  const cells = table
    .split('\n')
    .slice(2)
    .map((line) => line.split(' | ')[1]?.replace(/\s*\|$/, '') ?? '')
    .map((cell) => [...cell.matchAll(/(`+)(.+?)\1/g)].map((match) => match[2]).join('\n'))
    .filter((code) => code !== '' && !code.startsWith('fastmcp run'))
  return Object.fromEntries(cells.map((code, index) => [`side-by-side/${index}.ts`, asModule(code)]))
}

test('every block of TypeScript, and what stands beside Python, compiles under strict checks', async () => {
  const typed = blocks.filter(({ language }) => language === 'ts')
  const side = cellsOf('docs/from/python.md')
  assert.ok(typed.length >= 30 && Object.keys(side).length >= 14, `${typed.length} blocks`)
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'esnext',
    types: ['node'],
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  }
  using project = new Project({
    ...filesOf(typed),
    ...side,
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['**/*.ts'] }),
  })
  const checked = await run(`${root}node_modules/.bin/tsc`, ['-p', project.folder], {
    cwd: project.folder,
    limit: 300_000,
  })
  assert.equal(checked.code, 0, checked.stdout)
})

describe('blocks of JSON', () => {
  for (const { page, line, text } of blocks.filter(({ language }) => /^jsonc?$/.test(language))) {
    test(`${page}:${line}`, () => {
      JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, ''))
    })
  }
})

test('a block says in which language it is, or is a screen', () => {
  const known = ['ts', 'sh', 'json', 'jsonc', 'yaml', 'text', '']
  const strange = blocks.filter(({ language }) => !known.includes(language))
  assert.deepEqual(
    strange.map(({ page, line, language }) => `${page}:${line} ${language}`),
    [],
  )
})
