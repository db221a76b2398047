import { readFileSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { addCommand, managerAt } from '../../files/package-manager.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { type CliError, codeOf, loadError, messageOf } from '../../terminal/errors.ts'
import { shellWord } from '../../terminal/shell-command.ts'
import { importsIn } from '../meaning/lexers.ts'
import { pathOf } from '../meaning/resolve-name.ts'
import { isInPackage } from '../meaning/source-kind.ts'
import { installedPackage, packageAbove } from '../package-entry.ts'
import { faultAt, shownPath } from './compile-fault.ts'
import { otherRuntime } from './other-tool.ts'

/**
 * Names the import that Node could not resolve, and how to install it. Node's message is "Cannot find package 'x'
 * imported from /a/b.js", and for `import` there is nothing more than this text.
 */
export function missingModule(error: unknown): CliError | undefined {
  if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(codeOf(error) ?? '')) return undefined
  const message = messageOf(error)
  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1] ?? 'a module'
  const from = requirerOf(error) ?? /imported from (.+?)$/m.exec(message)?.[1]
  const importer = from?.startsWith('file:') ? fileURLToPath(from) : from
  const linked = linkedPackage(missing, importer)
  const found = importer === undefined ? undefined : importOf(missing, importer, linked?.name)
  const remedy = [
    ...(linked ? buildRemedy(linked) : missingRemedy(missing, importer && dirname(importer))),
    ...(importer === undefined ? [] : otherRuntime(missing, shownPath(importer))),
  ]
  if (importer === undefined || !found) {
    const spec = linked?.name ?? (missing.startsWith('/') ? shownPath(missing) : missing)
    const by = importer === undefined ? '' : `, imported by ${shownPath(importer)}`
    return loadError(`cannot find "${spec}"${by}`, ...remedy)
  }
  const { spec, ...where } = found
  return faultAt({ file: importer, ...where }, `cannot find "${spec}"`, ...remedy)
}

/**
 * How to get a missing module: the install command for a package; empty for a file or an internal name.
 * @param folder the folder of the project that lacks it.
 */
export function missingRemedy(spec: string, folder = process.cwd()): string[] {
  const name = packageName(spec)
  return name === undefined ? [] : [`  to install it: ${addCommand(managerAt(folder) ?? 'npm', name)}`]
}

/** A workspace package, which `node_modules` only links to. */
interface LinkedPackage {
  name: string
  folder: string
  /** The missing file, relative to its folder; undefined if Node does not name it. */
  file: string | undefined
  scripts: Record<string, unknown>
}

/** The linked package that lacks the file: an install would not create it. */
function linkedPackage(missing: string, importer: string | undefined): LinkedPackage | undefined {
  const from = importer === undefined ? undefined : dirname(importer)
  const name = packageName(missing)
  const root = from !== undefined && name !== undefined ? installedPackage(name, from) : undefined
  const within = root === undefined ? missing : join(root, 'package.json')
  const above = isAbsolute(within) ? packageAbove(within) : undefined
  if (typeof above?.manifest.name !== 'string') return undefined
  const folder = realpathSync(above.folder)
  const itself = importer?.startsWith(folder + sep) ?? !isInPackage(missing)
  if (itself || isInPackage(folder + sep)) return undefined
  const { scripts } = above.manifest
  const file = isAbsolute(missing) ? relative(above.folder, missing) : undefined
  return { name: above.manifest.name, folder, file, scripts: isRecord(scripts) ? scripts : {} }
}

function buildRemedy({ name, folder, file, scripts }: LinkedPackage): string[] {
  const lacks = file === undefined ? 'has no file to import' : `has no ${file}`
  const script = ['build', 'prepare', 'prepack', 'compile', 'bundle'].find((one) => one in scripts)
  return [
    `  ${name} is linked from ${shownPath(folder)} and ${lacks}: it may not be built`,
    ...(script === undefined ? [] : [`  to build it: ${buildCommand(script, folder)}`]),
  ]
}

/** The command by which its package manager runs a script in another folder. */
function buildCommand(script: string, folder: string): string {
  const path = shellWord(shownPath(folder))
  const manager = managerAt(folder) ?? 'npm'
  if (manager === 'npm') return `npm run ${script} --prefix ${path}`
  return `${manager} ${manager === 'pnpm' ? '--dir' : '--cwd'} ${path} run ${script}`
}

const packageName = (spec: string) => /^(?:@[\w.-]+\/)?[a-z0-9][\w.-]*(?=\/|$)/i.exec(spec)?.[0]

/** The file whose `require` failed. */
function requirerOf(error: unknown): string | undefined {
  const stack: unknown = Reflect.get(Object(error), 'requireStack')
  return Array.isArray(stack) && typeof stack[0] === 'string' ? stack[0] : undefined
}

/** The position at which a file imports a module that Node names by path, or a package by name. */
function importOf(
  missing: string,
  importer: string,
  linked: string | undefined,
): { line: number; column: number; spec: string } | undefined {
  const text = textOf(importer)
  for (const { specifier: spec, start } of importsIn(text)) {
    if (!spec || !(names(spec, missing, importer) || (linked !== undefined && packageName(spec) === linked)))
      continue
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
