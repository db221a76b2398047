// What is known of the patches in src/patches from the heads of their files: the table in docs/notes/patches.md.
import { readdirSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}src/patches`

/** The words that a head says, in their order. */
const words = ['Patches', 'Why', 'On', 'Otherwise'] as const

export type Head = Record<(typeof words)[number], string>

/** The files of src/patches, such as `node/exit-guard.ts`. */
export const patchFiles = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replaceAll(sep, '/'))
    .sort()

/** @throws where a file does not begin with the four words. */
export function headOf(file: string): Head {
  const text = readFileSync(`${folder}/${file}`, 'utf8')
  const comment = /^(?:\/\/ .*\n)+(?=\n)/.exec(text)?.[0].replaceAll(/^\/\/ +/gm, '') ?? ''
  const pattern = words.map((word) => `${word}: (?<${word}>[^]+?)`).join('\n')
  const said = new RegExp(`^${pattern}\n$`).exec(comment)?.groups
  if (!said) throw new Error(`src/patches/${file} does not begin with ${words.join(':, ')}:`)
  const lines = words.map((word) => [word, said[word]?.replaceAll('\n', ' ') ?? ''])
  return Object.fromEntries(lines) as Head
}

const marks = ['<!-- from the heads: npm run docs:cli -->\n', '\n<!-- end -->']

/** The page as it stands, with the table as the heads have it. */
export function patchesPage(): string {
  const page = readFileSync(`${root}docs/notes/patches.md`, 'utf8')
  const [before = '', rest] = page.split(marks[0] ?? '')
  const [, after] = rest?.split(marks[1] ?? '') ?? []
  if (after === undefined) throw new Error('docs/notes/patches.md has no place for the table')
  return [before, marks[0], '\n', table(), '\n', marks[1], after].join('')
}

function table(): string {
  const rows = patchFiles().map((file) => {
    const { Patches, Why, On, Otherwise } = headOf(file)
    return [`\`${file}\``, `${upper(Patches)} ${upper(Why)}`, On, upper(Otherwise)]
  })
  const head = ['file', 'what is patched, and why', 'on', 'when it no longer fits']
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')
}

const upper = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)
const cell = (text: string) => text.replaceAll('|', '\\|')
