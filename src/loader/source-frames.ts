import { realpathSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'
import { readKnown } from '../files/checked-file.ts'
import { writeFrames } from '../patches/node/stack-frames.ts'
import type { Compiled } from './compiled.ts'
import { ownMeta } from './own-meta.ts'

/** Compiled files by the path they run from, each with its map, read when the first stack needs it. */
const maps = new Map<string, SourceMap | undefined>()
const compiledFiles = new Map<string, Compiled>()

/**
 * Makes the stacks of a compiled file show the true source. Node's own `--enable-source-maps` would do, but
 * reads the map of every package at start-up, which costs more than the start itself.
 */
export function mapFrames(compiled: Compiled): void {
  if (process.sourceMapsEnabled) return
  const first = compiledFiles.size === 0
  // Node runs a file behind links under its own name.
  compiledFiles.set(compiled.unkept ? compiled.file : realpathSync(compiled.file), compiled)
  if (first) writeFrames(frameLine)
}

function frameLine(frame: NodeJS.CallSite): string {
  const text = `    at ${frame}`
  const file = pathOf(frame.getScriptNameOrSourceURL() ?? '')
  const compiled = compiledFiles.get(file)
  if (!compiled) return text
  const origin = mapOf(compiled)?.findEntry(
    (frame.getLineNumber() ?? 1) - 1,
    (frame.getColumnNumber() ?? 1) - 1,
  )
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

function mapOf(compiled: Compiled): SourceMap | undefined {
  if (!maps.has(compiled.file)) maps.set(compiled.file, readMap(compiled))
  return maps.get(compiled.file)
}

/** The map may be gone with a cache that was cleared; an error must not be replaced by that one. */
function readMap({ file, mapHash, unkept }: Compiled): SourceMap | undefined {
  const text = unkept?.map ?? readKnown(`${file}.map`, mapHash)?.toString()
  return text === undefined ? undefined : new SourceMap(JSON.parse(text) as SourceMapPayload)
}
