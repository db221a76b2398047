import { statSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { moduleResolve } from 'import-meta-resolve'
import { importsIn } from '../meaning/lexers.ts'
import { withoutQuery } from '../meaning/resolve-name.ts'
import { isTypescript } from '../meaning/source-kind.ts'
import { isWorthBundling } from '../packages/package-bundle.ts'
import type { OwnModules } from './own-modules.ts'

/**
 * Compiles ahead what an entry will import, concurrently: compiling on demand takes several times as long. A wrong
 * guess only costs time, and errors are reported when the file is actually imported.
 * @returns the code of the user's own files that are reachable by literal specifiers, by URL.
 */
export async function prefetch(entry: string, own: OwnModules): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  const visit = async (url: string): Promise<void> => {
    if (files.has(url)) return
    files.set(url, '')
    const code = await codeAt(url, own).catch(() => undefined)
    if (code === undefined) return
    files.set(url, code)
    if (extname(fileURLToPath(url)) === '.json') return
    const imported = importedIn(code).flatMap((spec) => targetOf(spec, url, own, 'import') ?? [])
    const required = requiredIn(code).flatMap((spec) => targetOf(spec, url, own, 'require') ?? [])
    for (const one of imported) if (isWorthBundling(one)) own.pack.keepPackage(one)
    await Promise.all([...imported, ...required].filter((one) => own.isOwn(one)).map(visit))
  }
  own.begin(fileURLToPath(entry))
  await visit(entry)
  return files
}

async function codeAt(url: string, own: OwnModules): Promise<string> {
  const file = fileURLToPath(url)
  const compiled = isTypescript(file) ? await own.ready(url) : undefined
  return compiled?.code ?? own.project.lookup.read(file).toString()
}

/** The literal specifiers in code. */
function importedIn(code: string): string[] {
  const names = importsIn(code).flatMap((one) =>
    one.type === 'import-meta' || (one.type === 'dynamic' && one.glob) ? [] : (one.specifier ?? []),
  )
  return [...new Set(names)]
}

const requiredIn = (code: string): string[] => {
  const names = [...code.matchAll(/\brequire\(\s*(["'])([^"'\n]+)\1\s*\)/g)]
  return [...new Set(names.map(([, , spec = '']) => spec))]
}

/** Node's conditions for `import` and `require`. */
const conditions = {
  import: new Set(['node', 'import', 'node-addons', 'module-sync']),
  require: new Set(['node', 'require', 'node-addons', 'module-sync']),
}

type How = keyof typeof conditions

/** The URL that a specifier resolves to; `undefined` if it is not code. */
export function targetOf(spec: string, parent: string, own: OwnModules, how: How): string | undefined {
  const url = own.leads(spec, parent, false) ?? usualTarget(spec, parent, own, how)
  const plain = url && withoutQuery(url)
  return plain?.startsWith('file:') && /\.(?:[cm]?[jt]s|[jt]sx|json)$/.test(plain) ? plain : undefined
}

function usualTarget(spec: string, parent: string, own: OwnModules, how: How): string | undefined {
  try {
    const url = moduleResolve(spec, new URL(parent), conditions[how])
    if (url.protocol === 'file:' && !statSync(url, { throwIfNoEntry: false })?.isFile()) return undefined
    return url.protocol === 'file:' ? pathToFileURL(fileURLToPath(url)).href : url.href
  } catch (error) {
    return own.leadsInstead(spec, parent, error)
  }
}
