import { importsIn } from '../meaning/lexers.ts'

/** The query that makes Node run the same file again, as the main module this time. */
export const againMark = '?fastmcp'

/**
 * Makes a file that exports no server believe that it is the main module, although the runner is. Replacements have the
 * same length, so that source positions stay the same.
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

/** If `import.meta` is passed to a helper or destructured, the object itself is changed. */
function givenAway(code: string, address: string | undefined): string {
  const first = /^#!.*\n/.exec(code)?.[0].length ?? 0
  const url = address ? `import.meta.url=${address};` : ''
  return `${code.slice(0, first)}import.meta.main=true;${url}${code.slice(first)}`
}
