import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readText } from '../files/text-file.ts'

/** A tsconfig, and the files it extends by relative path: the first that says something counts. */
export function withExtended(config: string): string[] {
  const found = new Set<string>()
  let next: string | undefined = config
  while (next !== undefined && !found.has(next) && existsSync(next)) {
    found.add(next)
    const extended: string | undefined = /"extends"\s*:\s*"(\.[^"]*)"/.exec(tsconfigText(next))?.[1]
    const base: string | undefined = extended && resolve(dirname(next), extended)
    next = base !== undefined && !existsSync(base) ? `${base}.json` : base
  }
  return [...found]
}

/** What a tsconfig says; one that is no text is for the compiler to complain of. */
export function tsconfigText(file: string): string {
  try {
    return readText(file)
  } catch {
    return ''
  }
}

/** The tsconfig that a source file belongs to. */
export function tsconfigOf(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const config = join(folder, 'tsconfig.json')
    if (existsSync(config)) return config
    if (dirname(folder) === folder) return undefined
  }
}
