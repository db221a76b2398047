import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { before, test } from 'node:test'
import { root, run } from './support/program.ts'

/** The files of the package as it is published, by their path in it. */
let files: Set<string>
let size = 0

before(async () => {
  const { stdout, stderr } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: root,
    limit: 120_000,
  })
  const [packed] = JSON.parse(stdout || stderr) as [{ size: number; files: { path: string }[] }]
  files = new Set(packed.files.map(({ path }) => path))
  size = packed.size
})

/** What a page links to, without what is elsewhere and without places in the page itself; pictures weigh too much. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, '')
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  return links.filter((link) => !/^[a-z]+:|^#/.test(link)).map((link) => link.replace(/#.*$/, ''))
}

const isThere = (path: string) => files.has(path) || [...files].some((file) => file.startsWith(`${path}/`))

test('whoever has only the package finds all that its pages point at', () => {
  const pages = [...files].filter((path) => path.endsWith('.md') && !/^(examples|templates)\//.test(path))
  assert.ok(pages.includes('README.md') && pages.includes('docs/index.md'))
  const missing = pages.flatMap((page) =>
    linksOf(page)
      .map((link) => posix.normalize(posix.join(dirname(page), link)).replace(/\/$/, ''))
      .filter((path) => !isThere(path))
      .map((path) => `${page} → ${path}`),
  )
  assert.deepEqual(missing, [])
})

test('nothing that somebody has tried out is published', () => {
  const strange = [...files].filter((path) => /(^|\/)(node_modules|\.cache|\.env(?!\.example))/.test(path))
  assert.deepEqual(strange, [])
  for (const path of [
    'dist/cli.cjs',
    'dist/types/library/public.d.ts',
    'templates/basic/_gitignore',
    'bin/fastmcp.js',
  ])
    assert.ok(files.has(path), path)
})

test('pages for those who work on it stay in the repository', () => {
  const inside = /^(CONTRIBUTING\.md|docs\/(notes\/|architecture\.md|flows\.md|testing\.md))/
  assert.deepEqual(
    [...files].filter((path) => inside.test(path)),
    [],
  )
})

test('the package is no larger than it has to be', () => {
  assert.ok(size < 880_000, `${size} bytes`)
})
