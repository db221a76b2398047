/** Characters of a server's name that may stand before each of its tools. */
const longest = 32

/**
 * How the names of each server begin, in the order of the servers: of letters that every client accepts in the name of a
 * tool, and no two alike.
 */
export function memberPrefixes(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const plain = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '')
    const base = plain.slice(0, longest) || 'server'
    let prefix = base
    for (let count = 2; taken.has(prefix); count++) prefix = `${base}-${count}`
    taken.add(prefix)
    return `${prefix}_`
  })
}
