/** A word as a shell takes it: quoted where it would otherwise fall apart. */
export function shellWord(word: string): string {
  const windows = process.platform === 'win32'
  if ((windows ? /^[\w@%+=:,./\\-]+$/ : /^[\w@%+=:,./-]+$/).test(word)) return word
  return windows ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`
}
