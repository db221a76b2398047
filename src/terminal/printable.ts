/**
 * What moves a cursor, changes colours, or turns the direction of what is beside it; a tab and the end of a line are left.
 */
const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
/** The styles that `paint` sets and ends, which are all that the runner asks of a terminal in a line. */
const style = /(\x1b\[(?:1|2|22|31|36|39)m)/

/** Text of others, safe for a terminal: what could move the cursor or change colours is shown as `�`. */
export const printable = (text: string): string => text.replaceAll('\r\n', '\n').replace(unsafe, '\ufffd')

/** A text, of which no more than `kept` characters are shown where it has more than `most`. */
export const shortened = (text: string, most: number, kept = most): string =>
  text.length > most ? `${text.slice(0, kept)}…` : text

/** Text of others for a place within a line, which it neither ends nor leaves. */
export const oneLine = (text: string): string => printable(text).replace(/[\n\t]+/g, ' ')

/**
 * Text of more than one line, of which no line but the first looks like a line of the runner's.
 * @param indent columns that the others are moved by, unless they are indented themselves.
 */
export const continued = (text: string, indent = 2): string =>
  printable(text).replace(/\n(?=\S)/g, `\n${' '.repeat(indent)}`)

/** Text that the runner has put together and painted: whatever of others is left in it loses its effect. */
export const painted = (text: string): string =>
  text
    .split(style)
    .map((part, index) => (index % 2 === 0 ? printable(part) : part))
    .join('')

/**
 * JSON that is safe for a terminal and says the same: what JSON itself does not escape is escaped here.
 * @param write makes the JSON, where a value may be nested too deep for `JSON.stringify`.
 */
export const safeJson = (value: unknown, space?: number, write = JSON.stringify): string =>
  write(value, null, space).replace(unsafe, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
