import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { parseJsonc } from '../files/jsonc.ts'
import { readText } from '../files/text-file.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { own } from '../protocol/own.ts'

export const scriptExtensions = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'] as const

export const isScript = (file: string): boolean =>
  /\.([cm]?[jt]s|[jt]sx)$/.test(file) && !/\.d\.[cm]?ts$/.test(file)

/** Whether Node can run a file: by its extension, or by its hashbang if it has none. */
export const isRunnable = (file: string): boolean =>
  isScript(file) || (extname(file) === '' && /^#!.*\bnode\b/.test(firstLineOf(file)))

function firstLineOf(path: string): string {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const start = Buffer.alloc(200)
    return start.toString('latin1', 0, readSync(file, start)).split('\n', 1)[0] ?? ''
  } catch {
    return ''
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** The folder of an installed package, looked up as Node does: in each `node_modules` up to the root. */
export function installedPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
    if (dirname(folder) === folder) return undefined
  }
}

/** The nearest readable package.json at or above a file's folder, and its folder. */
export function packageAbove(
  file: string,
): { folder: string; manifest: Record<string, unknown> } | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = readObject(join(folder, 'package.json'))
    if (manifest) return { folder, manifest }
    if (dirname(folder) === folder) return undefined
  }
}

/**
 * The entry of a package: its `exports`, else `main`, else its binary; or the source of a compiled entry.
 * @param first `'bin'` to prefer its binary.
 */
export function packageEntry(folder: string, first: 'exports' | 'bin' = 'exports'): string | undefined {
  const manifest = readObject(join(folder, 'package.json'))
  if (!manifest) return undefined
  // Node's conditions for `import`.
  const keys = ['.', 'node', 'import', 'module-sync', 'default']
  const library = [exportTarget(manifest.exports, keys), manifest.main]
  const bin = binTarget(manifest)
  const targets = first === 'bin' ? [bin, ...library] : [...library, bin]
  for (const target of targets) {
    if (typeof target !== 'string') continue
    const file = resolve(folder, target)
    const source = sourceOf(file, folder)
    if (source) return source
    const found = [file, `${file}.js`, join(file, 'index.js')].find(
      (one) => existsSync(one) && isRunnable(one),
    )
    if (found) return found
  }
  return undefined
}

/**
 * The file that a package exports, through nested conditions.
 * @param keys the requested subpath, and the active conditions.
 */
export function exportTarget(exports: unknown, keys: readonly string[]): string | undefined {
  if (typeof exports === 'string') return exports
  if (!isRecord(exports)) return undefined
  for (const [key, target] of Object.entries(exports)) {
    const found = keys.includes(key) ? exportTarget(target, keys) : undefined
    if (found) return found
  }
  return undefined
}

function binTarget({ bin, name }: Record<string, unknown>): unknown {
  if (!isRecord(bin)) return bin
  const plain = typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : ''
  return own(bin, plain) ?? Object.values(bin)[0]
}

/** The source of a compiled file, by the tsconfig's `outDir` and `rootDir`. */
function sourceOf(file: string, folder: string): string | undefined {
  const options = readObject(join(folder, 'tsconfig.json'))?.compilerOptions
  if (!isRecord(options) || typeof options.outDir !== 'string') return undefined
  const inside = relative(resolve(folder, options.outDir), file)
  if (inside.startsWith('..')) return undefined
  const stem = inside.replace(/\.[cm]?js$/, '')
  const extension = /\.([cm]?)js$/.exec(inside)?.[1] ?? ''
  const roots = typeof options.rootDir === 'string' ? [options.rootDir] : ['src', '.']
  return roots
    .flatMap((root) => [`${extension}ts`, 'tsx'].map((one) => resolve(folder, root, `${stem}.${one}`)))
    .find(existsSync)
}

export function readObject(file: string): Record<string, unknown> | undefined {
  try {
    const value = parseJsonc(readText(file))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
