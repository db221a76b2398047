import { relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'

/** Files matching globs relative to a folder. A folder means everything in it. */
export interface Globs {
  /** The folders to watch for them. */
  readonly bases: readonly string[]
  match(path: string): boolean
}

export function globsOf(globs: readonly string[], folder: string): Globs {
  const plain = globs.map((glob) => glob.replace(/(?<=.)\/+$/, '').replace(/^\.\//, ''))
  const matches = plain.map((glob) => picomatch([glob, `${glob}/**`], { dot: true }))
  return {
    bases: plain.map((glob) => resolve(folder, picomatch.scan(glob).base)),
    match: (path) => {
      const near = relative(folder, path).split(sep).join('/')
      return matches.some((match) => match(near) || match(path))
    },
  }
}
