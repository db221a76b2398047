// The Markdown that people read: which files there are, and what stands in them.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { slugOf } from '../../docs/.vitepress/slug.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Pages of the repository that are pages of the site as well, by what they are called there. */
export const rootPages: Readonly<Record<string, string>> = {
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security.md',
  'CHANGELOG.md': 'changelog.md',
}

/** Every page, by its path in the repository. */
export function pages(): string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((file) => `docs/${file.replaceAll(sep, '/')}`)
    .filter((file) => file.endsWith('.md') && !file.startsWith('docs/.vitepress/'))
    .filter((file) => !/^docs\/(html|api)\//.test(file))
  return ['README.md', ...Object.keys(rootPages), ...docs].sort()
}

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')

export interface Block {
  page: string
  /** The line of the page that the first line of the block is on. */
  line: number
  /** The language, such as `ts`. */
  language: string
  /** What stands behind it in brackets: the name of the file that the block is. */
  title: string | undefined
  text: string
}

/** The fenced blocks of a page. */
export function blocksOf(page: string): Block[] {
  const text = textOf(page)
  return [...text.matchAll(/^```([\w-]*)(?: \[([^\]\n]+)\])?[^\n]*\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length + 1,
    language: match[1] ?? '',
    title: match[2],
    text: match[3] ?? '',
  }))
}

/** The same lines without what stands in blocks. */
const withoutBlocks = (text: string): string =>
  text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ''))

/** Where links of a page lead, but for those to elsewhere: a path from the root, and the anchor in it. */
export function linksOf(page: string): { link: string; path: string; anchor: string }[] {
  const text = withoutBlocks(textOf(page)).replaceAll(/`[^`\n]*`/g, '')
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [target = '', anchor = ''] = link.split('#')
      return { link, path: target === '' ? page : posix.join(dirname(page), target), anchor }
    })
}

/** The anchors of a page: its headings, and those that are written as such. */
export function anchorsOf(page: string): Set<string> {
  const text = withoutBlocks(textOf(page))
  const seen = new Map<string, number>()
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = slugOf(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', ''))
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    return times === 0 ? slug : `${slug}-${times}`
  })
  const written = [...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id)
  return new Set([...headings, ...written])
}
