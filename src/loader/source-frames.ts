import { SourceMap, type SourceMapPayload } from 'node:module'
import { pathToFileURL } from 'node:url'
import { writeFrames } from '../patches/node/stack-frames.ts'
import { pathOf } from './meaning/resolve-name.ts'
import { isTypescript } from './meaning/source-kind.ts'
import type { EntryPack } from './pack/entry-pack.ts'
import type { OwnModules } from './pack/own-modules.ts'

const packs = new Set<EntryPack>()
const maps = new Map<string, SourceMap | undefined>()

/**
 * Maps the stack traces of compiled files to their sources. Node's `--enable-source-maps` would do that too, but reads
 * the maps of all packages at startup, which costs more than the start itself.
 */
export function mapFrames(own: OwnModules, pack: EntryPack): void {
  if (process.sourceMapsEnabled) return
  const first = packs.size === 0
  packs.add(pack)
  maps.clear()
  if (first) writeFrames((frame) => frameLine(frame, own))
}

function frameLine(frame: NodeJS.CallSite, own: OwnModules): string {
  const text = `    at ${frame}`
  const script = frame.getScriptNameOrSourceURL() ?? ''
  const file = script.startsWith('file:') ? pathOf(script) : script
  if (!isTypescript(file)) return text
  const [line, column] = [frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1]
  const origin = mapOf(pathToFileURL(file).href, own)?.findEntry(line - 1, column - 1)
  if (!origin || !('originalSource' in origin)) return text
  const location = `${file}:${origin.originalLine + 1}:${origin.originalColumn + 1}`
  const name = /^ {4}at (.*) \(/.exec(text)?.[1]
  return name ? `    at ${name} (${location})` : `    at ${location}`
}

/** Maps are read when a stack first needs them. If the cache was cleared, they are recreated. */
function mapOf(url: string, own: OwnModules): SourceMap | undefined {
  if (maps.has(url)) return maps.get(url)
  // Set first, because an error while creating it has a stack too.
  maps.set(url, undefined)
  const text =
    own.pack.maps.get(url) ?? [...packs].map((pack) => pack.maps()[url]).find(Boolean) ?? madeAgain(url, own)
  const map = text === undefined ? undefined : new SourceMap(JSON.parse(text) as SourceMapPayload)
  maps.set(url, map)
  return map
}

function madeAgain(url: string, own: OwnModules): string | undefined {
  const map = own.compileAgain(url)
  // Deferred, so that reading a stack does not wait for work for the next start.
  if (map !== undefined) setImmediate(keepAll, own).unref()
  return map
}

function keepAll(own: OwnModules): void {
  for (const pack of packs) pack.keep(own)
}
