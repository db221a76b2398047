import { dirname, join } from 'node:path'
import { readText } from '../files/text-file.ts'
import { isRecord } from '../protocol/jsonrpc.ts'

/** The nearest package.json at or above a file's folder that can be read, and the folder it stands in. */
export function manifestAbove(
  file: string,
): { folder: string; manifest: Record<string, unknown> } | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = manifestIn(folder)
    if (manifest) return { folder, manifest }
    if (dirname(folder) === folder) return undefined
  }
}

function manifestIn(folder: string): Record<string, unknown> | undefined {
  try {
    const manifest: unknown = JSON.parse(readText(join(folder, 'package.json')))
    return isRecord(manifest) ? manifest : undefined
  } catch {
    return undefined
  }
}
