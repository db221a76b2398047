/** What stands together in a line: a word, or a command with all of its words. */
export interface Unit {
  text: string
  /** The words of a command; one of anything else. */
  words: readonly string[]
}

/** A quoted text, what stands in brackets, a number and what it counts, or whatever has no space in it. */
const word =
  /(?:(?<![\w\u2019])'[^']*'|"[^"]*"|(?<!\S)(?:\[[^\]]*\]|\([^)]{1,20}\)|<[^>]*>|\d+ (?=[^\W\d]))|\S)+/g
/** What the words of a command look like, beside the first and the values of flags. */
const argument = /[-./:=@'"<>[\]\d$*\\]/
/** Stands for a word that is not there yet, so that nobody copies the command. */
const placeholder = /^[[<]/
/** Ends a sentence or a part of it, and with it the command. */
const end = /[\w'"][?.,;:)]$/

/** A text taken apart where a line may break: between words, though not within a command that somebody may copy. */
export function unitsOf(text: string): Unit[] {
  const words = text.match(word) ?? []
  const units: Unit[] = []
  for (let at = 0; at < words.length; ) {
    const length = commandLength(words.slice(at), at === 0)
    const own = words.slice(at, at + length)
    units.push({ text: own.join(' '), words: own })
    at += length
  }
  return units
}

/**
 * How many words belong to the command that begins here; one where none does.
 * @param alone a cell that begins with a command is one up to its end, and in a sentence its words must look like it.
 */
function commandLength(words: readonly string[], alone: boolean): number {
  const program = /^npx$/.test(words[0] ?? '') ? 2 : /^fastmcp$/.test(words[0] ?? '') ? 1 : 0
  if (program === 0 || words.length <= program || words.some((one) => placeholder.test(one))) return 1
  // `install cursor server.ts`: the client is a plain word, too.
  const plain = /^(un)?install$/.test(words[program] ?? '') ? 2 : 1
  for (let length = program; length < words.length; length++) {
    const before = words[length - 1] ?? ''
    if (end.test(before)) return length
    const ofIt =
      alone || length < program + plain || before.startsWith('-') || argument.test(words[length] ?? '')
    if (!ofIt) return length
  }
  return words.length
}
