import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Peer } from './peer.ts'
import { difference, plainly, type Tool, toolsAt } from './tools.ts'

/** A place in a server's own files whose words clients see in the description of a tool. */
export interface Literal {
  readonly file: string
  readonly words: string
  readonly text: string
  /** What the server lists by itself once an edition has been written. */
  readonly listed: readonly Tool[]
}

/** The text of its file in an edition. */
export const inEdition = ({ text, words }: Literal, edition: number): string =>
  text.replaceAll(words, `${words} edition${edition}`)

/** What clients should see of an edition. */
export const listedIn = ({ listed }: Literal, edition: number): Tool[] =>
  JSON.parse(JSON.stringify(listed).replaceAll('edition1', `edition${edition}`))

/** How many places are tried: each takes a start of the server. */
const tries = 4

/** Looks for words of a description in the files of the server, and holds for it that its list follows them. */
export async function literalOf(peer: Peer, tools: readonly Tool[]): Promise<Literal | undefined> {
  for (const { file, words, text } of candidates(peer, tools).slice(0, tries)) {
    const draft = { file, words, text, listed: [] }
    writeFileSync(file, inEdition(draft, 1))
    try {
      const listed = await toolsAt(plainly(peer))
      if (difference(tools, listed) && JSON.stringify(listed).includes('edition1'))
        return { ...draft, listed }
    } catch {
      // This place is more than words.
    } finally {
      writeFileSync(file, text)
    }
  }
  return undefined
}

function candidates({ folder, entry }: Peer, tools: readonly Tool[]) {
  const files = [join(folder, entry), ...filesIn(folder)]
  const wanted = tools.slice(0, 12).flatMap(({ description = '' }) => {
    const [words] = /[A-Za-z0-9 ]{14,60}[A-Za-z0-9]/.exec(description) ?? []
    return words ? [words] : []
  })
  const found = [...new Set(files)].flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    const words = wanted.find((one) => text.includes(one))
    return words === undefined ? [] : [{ file, words, text }]
  })
  return found.sort((one, other) => rank(one.file) - rank(other.file))
}

/** Code comes before what it may read while it loads, and that before what only people read. */
const rank = (file: string) => (extname(file) === '.json' ? 1 : /\.(?:md|ya?ml)$/.test(file) ? 2 : 0)

const most = 8_000_000

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    const path = join(folder, one.name)
    if (one.isDirectory())
      return /^(?:\.git|node_modules|tests?|__tests__|docs)$/.test(one.name) ? [] : filesIn(path)
    const fits =
      /\.(?:[cm]?[jt]sx?|json|md|ya?ml)$/.test(one.name) && !/\.d\.[cm]?ts$|\.(?:test|spec)\./.test(one.name)
    return one.isFile() && fits && statSync(path).size < most ? [path] : []
  })
}
