// Leaves of the declarations that the compiler has written those that the library leads to: it writes one for each file.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'

/** Removes what `entry` does not lead to. @param folder with all declarations. */
export function keepReached(folder, entry) {
  const reached = new Set([entry])
  for (const file of reached)
    for (const to of importsOf(readFileSync(join(folder, file), 'utf8')))
      reached.add(posix.join(dirname(file), to.replace(/\.ts$/, '.d.ts')))
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.d.ts') && !reached.has(name.replaceAll(sep, '/'))) rmSync(join(folder, name))
}

/** The files that a declaration names, by a statement or in the middle of a type. */
export const importsOf = (text) =>
  [...text.matchAll(/(?:\bfrom|\bimport\()\s*['"](\.[^'"]+)['"]/g)].map(([, path]) => path)
