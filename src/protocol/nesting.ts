/** Levels of lists and objects that a message may have. No data is that deep; what is deeper takes seconds to read. */
export const deepestLevel = 100_000

/** Written out: the first number that is formatted for people loads the tables for it, at every start. */
export const tooDeep = 'it is nested deeper than 100,000 levels'

/** Whether a text goes deeper than that, if it is JSON. Short texts cannot, and are not looked at. */
export function isTooDeep(text: string): boolean {
  if (text.length < 2 * deepestLevel) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === bracket || code === brace) depth++
    else if (code === bracket + 2 || code === brace + 2) depth--
    if (depth > deepestLevel) return true
  }
  return false
}

const [quote, bracket, brace, backslash] = [0x22, 0x5b, 0x7b, 0x5c]

/** Where a string that begins at a quote ends; the end of the text if it does not. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
  return text.length
}
