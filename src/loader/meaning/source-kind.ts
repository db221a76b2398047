import { extname } from 'node:path'
import type { Loader } from 'esbuild'

/** Whether a file is in a language that only a compiler understands. */
export const isTypescript = (path: string): boolean =>
  /\.([cm]?ts|[jt]sx)$/.test(path) && !/\.d\.[cm]?ts$/.test(path)

export const isInPackage = (path: string): boolean => /[\\/]node_modules[\\/]/.test(path)

/** What the compiler calls the language of a file. */
export const languageOf = (path: string): Loader => languages[extname(path)] ?? 'js'

const languages: Record<string, Loader> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
  '.json': 'json',
}
