import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'fast-string-width'

/** As much of a text as there is room for, in columns as they are shown. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  // Without colours, which must not end in the middle; and a text of others may be long.
  const letters = [...stripVTControlCharacters(text).slice(0, 4 * width)]
  while (stringWidth(letters.join('')) >= width) letters.pop()
  return `${letters.join('')}…`
}

/** A text as wide as its column. */
export function cell(text: string, width: number): string {
  const shown = cut(text, width)
  return shown + ' '.repeat(width - stringWidth(shown))
}
