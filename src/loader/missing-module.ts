import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type CliError, codeOf, loadError, messageOf } from '../terminal/errors.ts'
import { faultAt, shownPath } from './compile-fault.ts'
import { importsIn } from './meaning/lexers.ts'
import { pathOf } from './meaning/resolve-name.ts'
import { otherRuntime } from './other-tool.ts'

/**
 * Says which import it was that Node has found nothing for, and how to get what it names. Node says "Cannot find
 * package 'x' imported from /a/b.js", and of `import` no more than these words.
 */
export function missingModule(error: unknown): CliError | undefined {
  if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(codeOf(error) ?? '')) return undefined
  const message = messageOf(error)
  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1] ?? 'a module'
  const from = requirerOf(error) ?? /imported from (.+?)$/m.exec(message)?.[1]
  const importer = from?.startsWith('file:') ? fileURLToPath(from) : from
  const place = importer === undefined ? undefined : importOf(missing, importer)
  const remedy = [
    ...missingRemedy(missing),
    ...(importer === undefined ? [] : otherRuntime(missing, shownPath(importer))),
  ]
  if (importer === undefined || !place) {
    const spec = missing.startsWith('/') ? shownPath(missing) : missing
    const by = importer === undefined ? '' : `, imported by ${shownPath(importer)}`
    return loadError(`cannot find "${spec}"${by}`, ...remedy)
  }
  const { spec, ...where } = place
  return faultAt({ file: importer, ...where }, `cannot find "${spec}"`, ...remedy)
}

/** How to get a module that is not there: an install for a package, nothing to say for a file or a name of its own. */
export function missingRemedy(spec: string): string[] {
  const [name] = /^(?:@[\w.-]+\/)?[a-z0-9][\w.-]*(?=\/|$)/i.exec(spec) ?? []
  return name === undefined ? [] : [`  to install it: npm i ${name}`]
}

/** The file whose `require` has failed. */
function requirerOf(error: unknown): string | undefined {
  const stack: unknown = Reflect.get(Object(error), 'requireStack')
  return Array.isArray(stack) && typeof stack[0] === 'string' ? stack[0] : undefined
}

/** Where a file imports a module that Node names by its path, or a package by its name. */
function importOf(
  missing: string,
  importer: string,
): { line: number; column: number; spec: string } | undefined {
  const text = textOf(importer)
  for (const { specifier: spec, start } of importsIn(text)) {
    if (!spec || !names(spec, missing, importer)) continue
    const before = text.slice(0, start).split('\n')
    return { spec, line: before.length, column: before.at(-1)?.length ?? 1 }
  }
  return undefined
}

function names(spec: string, missing: string, importer: string): boolean {
  if (spec === missing || spec.startsWith(`${missing}/`)) return true
  if (!/^\.{0,2}\//.test(spec)) return false
  return pathOf(new URL(spec, pathToFileURL(importer)).href) === missing
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
