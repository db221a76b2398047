import { readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { inEdition, type Literal, listedIn } from './literal.ts'
import type { Peer } from './peer.ts'
import type { Tool } from './tools.ts'

/** What a person does to a server, and what is to be seen of it. */
export interface Save {
  readonly what: string
  write(): void
  /** What clients list once it has come through. */
  readonly tools: readonly Tool[]
  /** What is said to the person, where clients are told nothing. */
  readonly said?: RegExp
}

/** Five saves of the file that is run, and of the one that has the words of a tool. */
export function savesOf(
  { folder, entry }: Peer,
  tools: readonly Tool[],
  literal: Literal | undefined,
): { saves: readonly Save[]; restore: () => void } {
  const main = join(folder, entry)
  const before = readFileSync(main, 'utf8')
  const code = literal && /\.[cm]?[jt]sx?$/.test(extname(literal.file)) ? literal.file : main
  const of = (edition: number) => (literal ? listedIn(literal, edition) : tools)
  /** All files in an edition, as a whole or with something wrong in one of them. */
  const write = (edition: number, file = main, change = (text: string) => text) => {
    const text = (one: string) => {
      const plain = one === literal?.file ? inEdition(literal, edition) : before
      return one === file ? change(plain) : plain
    }
    for (const one of new Set([main, ...(literal ? [literal.file] : [])])) save(one, text(one))
  }
  const lost = /still serving|✗/
  const saves: Save[] = [
    { what: 'changed', write: () => write(1), tools: of(1), ...(!literal && { said: /no change/ }) },
    {
      what: 'a comment',
      write: () => write(1, main, (text) => `${text}\n// a word\n`),
      tools: of(1),
      said: /no change/,
    },
    {
      what: 'broken',
      write: () => write(1, code, (text) => atTop(text, 'const broken = (;')),
      tools: of(1),
      said: lost,
    },
    {
      what: 'throws',
      write: () => write(1, main, (text) => atTop(text, "throw new Error('of a save');")),
      tools: of(1),
      said: lost,
    },
    { what: 'mended', write: () => write(2), tools: of(2) },
  ]
  const restore = () => {
    writeFileSync(main, before)
    if (literal) writeFileSync(literal.file, literal.text)
  }
  return { saves, restore }
}

/** Writes what differs, as an editor does. */
function save(file: string, text: string): void {
  if (readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
}

/** Where a statement may stand: not before what only the first line can be. */
function atTop(text: string, statement: string): string {
  const [, first = ''] = /^(#!.*\n)?/.exec(text) ?? []
  return `${first}${statement}\n${text.slice(first.length)}`
}
