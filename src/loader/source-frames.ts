import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'
import { ownMeta } from './own-meta.ts'

/** Compiled files by the path they run from, each with its map, read when the first stack needs it. */
const maps = new Map<string, SourceMap | undefined>()
const compiledFiles = new Set<string>()

/**
 * Makes the stacks of a compiled file show the true source. Node's own `--enable-source-maps` would do, but
 * reads the map of every package at start-up, which costs more than the start itself.
 */
export function mapFrames(compiledFile: string): void {
  if (process.sourceMapsEnabled) return
  const first = compiledFiles.size === 0
  compiledFiles.add(compiledFile)
  if (first)
    Error.prepareStackTrace = (error, frames) => [titleOf(error), ...frames.map(frameLine)].join('\n')
}

/** `Error.prototype.toString`, which throws for an error whose fields do. */
function titleOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error)
  } catch {
    return 'Error'
  }
}

function frameLine(frame: NodeJS.CallSite): string {
  const text = `    at ${frame}`
  const file = pathOf(frame.getScriptNameOrSourceURL() ?? '')
  if (!compiledFiles.has(file)) return text
  const origin = mapOf(file)?.findEntry((frame.getLineNumber() ?? 1) - 1, (frame.getColumnNumber() ?? 1) - 1)
  if (!origin || !('originalSource' in origin)) return text
  const source = pathOf(origin.originalSource)
  // The line that carries the file's own `import.meta` is the first, or the second below a hashbang.
  const shift =
    origin.originalColumn >= ownMeta(source).length && origin.originalLine < 2 ? ownMeta(source).length : 0
  const place = `${source}:${origin.originalLine + 1}:${origin.originalColumn - shift + 1}`
  const name = /^ {4}at (.*) \(/.exec(text)?.[1]
  return name ? `    at ${name} (${place})` : `    at ${place}`
}

const pathOf = (source: string) => (source.startsWith('file:') ? fileURLToPath(source) : source)

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readMap(`${file}.map`))
  return maps.get(file)
}

/** The map may be gone with a cache that was cleared; an error must not be replaced by that one. */
function readMap(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload)
  } catch {
    return undefined
  }
}
