/**
 * Splits a command line into words as a shell would, quotes and backslashes included, and nothing else a shell
 * would do: no variables, no pipes.
 * @throws Error when a quote is never closed, or there is no word at all.
 */
export function commandWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? ''
    if (char === '\\' && quote !== "'" && process.platform !== 'win32')
      word = (word ?? '') + (line[++at] ?? '')
    else if (quote !== undefined) {
      if (char === quote) quote = undefined
      else word = (word ?? '') + char
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + char
  }
  if (quote !== undefined) throw new Error(`a ${quote} is never closed`)
  if (word !== undefined) words.push(word)
  if (words.length === 0) throw new Error('must be a command, such as "python3 server.py"')
  return words
}
