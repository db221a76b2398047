import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Message, Metafile } from 'esbuild'
import type { OwnModules } from '../loader/pack/own-modules.ts'

/**
 * Finds files that import each other and wait at their top: Node does not let one of them wait for itself, and in
 * one file they may, for ever.
 * @returns what the compiler would say of it.
 */
export async function awaitInCycle(
  esbuild: typeof import('esbuild'),
  { inputs }: Metafile,
  sources: readonly string[],
  own: OwnModules,
): Promise<object | undefined> {
  const wanted = new Set(sources)
  const graph = new Map<string, string[]>()
  for (const [path, { imports }] of Object.entries(inputs)) {
    const file = resolve(path)
    if (!wanted.has(file)) continue
    const next = imports.filter(({ kind, external }) => kind === 'import-statement' && !external)
    graph.set(
      file,
      next.map((one) => resolve(one.path)).filter((one) => wanted.has(one)),
    )
  }
  const waiting = new Map<string, Message['location']>()
  for (const file of graph.keys()) {
    const place = await awaitOf(esbuild, file, own)
    if (place) waiting.set(file, place)
  }
  for (const [file, location] of waiting) {
    // Files that import one that waits wait as well.
    const cycle = [...graph.keys()].some((one) => {
      const reached = reachedFrom(one, graph)
      return reached.has(one) && (one === file || reached.has(file))
    })
    const text = 'a top-level await among files that import each other never ends in one file'
    if (cycle) return { errors: [{ text, location }] }
  }
  return undefined
}

function reachedFrom(file: string, graph: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>()
  const visit = (one: string) => {
    for (const next of graph.get(one) ?? []) {
      if (reached.has(next)) continue
      reached.add(next)
      visit(next)
    }
  }
  visit(file)
  return reached
}

/** Where a file waits at its top, as the compiler says it of a format that cannot. */
async function awaitOf(
  esbuild: typeof import('esbuild'),
  file: string,
  own: OwnModules,
): Promise<Message['location'] | undefined> {
  const text = readFileSync(file, 'utf8')
  if (!/\bawait\b/.test(text) || own.project.typeOf(file) === 'commonjs') return undefined
  const [, loader = 'js'] = /\.[cm]?([jt]sx?)$/.exec(pathToFileURL(file).pathname) ?? []
  try {
    await esbuild.transform(text, {
      format: 'cjs',
      loader: loader as 'js',
      sourcefile: file,
      logLevel: 'silent',
      target: 'node20.19',
    })
    return undefined
  } catch (error) {
    const { errors = [] } = error as { errors?: Message[] }
    return errors.find(({ text: words }) => words.startsWith('Top-level await'))?.location
  }
}
