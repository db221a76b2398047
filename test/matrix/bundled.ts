import { type BuildOptions, build } from 'esbuild'
import { uncollected } from './programs.ts'
import type { Place } from './shape.ts'

const made = new Map<string, Promise<string>>()

/** A source and its packages in one file, as people publish theirs. The same is made once. */
export function bundled(source: string, { folder }: Place, options: BuildOptions): Promise<string> {
  const key = JSON.stringify([source, options])
  // The compiler's own process serves the cells that come later, too.
  const known = made.get(key) ?? uncollected(() => bundle(source, folder, options))
  made.set(key, known)
  return known
}

async function bundle(contents: string, resolveDir: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    bundle: true,
    platform: 'node',
    write: false,
    logLevel: 'error',
    ...options,
  })
  return outputFiles?.[0]?.text ?? ''
}
