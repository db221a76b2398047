// The commands that the pages tell people to type.
import { blocksOf, pages, textOf } from './pages.ts'

export interface Typed {
  page: string
  line: number
  command: string
}

/** All commands: the lines of `sh` blocks, those of indented blocks, and what stands in the text as one. */
export const typedCommands = (): Typed[] =>
  pages().flatMap((page) => [...inBlocks(page), ...indented(page), ...inText(page)])

function inBlocks(page: string): Typed[] {
  return blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ line, text }) =>
      text
        .replaceAll('\\\n', '')
        .split('\n')
        .filter((command) => command.trim() !== '' && !command.startsWith('#'))
        .map((command) => ({ page, line, command: command.trim() })),
    )
}

/** A block of four spaces has a command, and two spaces further on what it does. */
function indented(page: string): Typed[] {
  return textOf(page)
    .replace(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .split('\n')
    .flatMap((text, index) => {
      const command = /^ {4}((?:npx |npm |node |fastmcp |curl ).*?)(?: {2,}.*)?$/.exec(text)?.[1]
      return command === undefined ? [] : [{ page, line: index + 1, command }]
    })
}

/** Whole commands, without those that have a gap: `fastmcp run server.ts -t http`. */
function inText(page: string): Typed[] {
  return textOf(page)
    .replace(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(/`((?:npx )?fastmcp(?:-cli)? [a-z][^`]*)`/g)]
        .map(([, command = '']) => ({ page, line: index + 1, command }))
        .filter(({ command }) => !/[…<]|\b[A-Z]{3,}\b| name$| url$/.test(command)),
    )
}

/** The words of a command as a shell takes them apart, with what only a shell does as words of their own. */
export function shellWords(command: string): string[] {
  const words: string[] = []
  for (const [, space, word = ''] of command.matchAll(
    /(\s*)((?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\([^)]*\)|[^\s"'])+)/g,
  )) {
    void space
    words.push(
      word.replaceAll(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
        (_, double?: string, single?: string) => double ?? single ?? '',
      ),
    )
  }
  return words
}

/** The programs of a line, each with its arguments: what a pipe, `&&` and `||` join, without variables before it. */
export function programsOf(command: string): string[][] {
  const programs: string[][] = [[]]
  for (const word of shellWords(command)) {
    if (['|', '&&', '||', ';'].includes(word)) programs.push([])
    else if (programs.at(-1)?.length === 0 && /^[A-Z_]+=/.test(word)) continue
    else programs.at(-1)?.push(word)
  }
  return programs
}

/** The arguments for fastmcp, if a program is it. */
export function fastmcpArguments([first = '', second = '', ...rest]: readonly string[]):
  | string[]
  | undefined {
  if (first === 'fastmcp') return [second, ...rest].filter((word, index) => index > 0 || word !== '')
  if (first === 'npx' && /^fastmcp(-cli)?$/.test(second)) return rest
  if (first === 'node' && second === 'bin/fastmcp.js') return rest
  return undefined
}
