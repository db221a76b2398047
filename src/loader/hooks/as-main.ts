import { importsIn } from '../meaning/lexers.ts'

/** What Node needs at the end of an address to run the same file once more, as the program this time. */
export const againMark = '?fastmcp'

/**
 * The runner is the program, but a file that exports no server is to believe that it is, under its own address.
 * What is put in place of a word is as long, so that everything after it keeps its place.
 */
export function asMain(code: string, url: string): string {
  if (!/\bmeta\b/.test(code)) return code
  const address = url.endsWith(againMark) ? JSON.stringify(url.slice(0, -againMark.length)) : undefined
  let [changed, from, given] = ['', 0, false]
  for (const { type, start, end } of importsIn(code)) {
    if (type !== 'import-meta') continue
    const [word = ''] = /^\.[\w$]+/.exec(code.slice(end, end + 16)) ?? []
    const value = word === '.main' ? '(true)' : word === '.url' ? address : undefined
    given ||= word === ''
    if (value === undefined) continue
    changed += code.slice(from, start) + value.padEnd(end + word.length - start)
    from = end + word.length
  }
  changed += code.slice(from)
  return given ? givenAway(changed, address) : changed
}

/** Where the whole of `import.meta` goes to a helper or is taken apart, it is to say the same itself. */
function givenAway(code: string, address: string | undefined): string {
  const first = /^#!.*\n/.exec(code)?.[0].length ?? 0
  const url = address ? `import.meta.url=${address};` : ''
  return `${code.slice(0, first)}import.meta.main=true;${url}${code.slice(first)}`
}
