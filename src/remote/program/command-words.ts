/**
 * Splits a command line into words as a shell would, quotes and backslashes included, and nothing else a shell
 * would do: no variables, no pipes.
 * @throws Error when a quote is never closed, there is no word at all, or one that only a shell understands.
 */
export function commandWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  let quoted = false
  const end = () => {
    if (word !== undefined && !quoted) refuseOperator(word)
    if (word !== undefined) words.push(word)
    word = undefined
    quoted = false
  }
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? ''
    if (char === '\\' && quote !== "'" && process.platform !== 'win32') {
      word = (word ?? '') + (line[++at] ?? '')
      quoted = true
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined
      else word = (word ?? '') + char
    } else if (char === '"' || char === "'") {
      quote = char
      quoted = true
      word ??= ''
    } else if (/\s/.test(char)) end()
    else word = (word ?? '') + char
  }
  if (quote !== undefined) throw new Error(`a ${quote} is never closed`)
  end()
  if (words.length === 0) throw new Error('must be a command, such as "python3 server.py"')
  return words
}

/** A pipe would arrive at the program as an argument like any other, and nobody would know why it fails. */
function refuseOperator(word: string): void {
  if (!/^(\|\|?|&&?|;|\d?>{1,2}|\d?>&\d|\d?<)$/.test(word)) return
  throw new Error(`is started without a shell, which ${word} needs: --exec "sh -c '…'"`)
}
