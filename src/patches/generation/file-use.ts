// Patches: the functions of `node:fs` and `node:fs/promises` that open, list, look for or change what has a path.
// Why: a save of what a module reads while it loads, such as skills or data, is a reason to reload under `dev`, and what
//   the server writes itself is none.
// On: Node 20.19–26, in generations of `dev`.
// Otherwise: only the files of the program are watched, and those that `--watch` names.

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * How user code is about to use a path; `read deep` is a recursive listing, `held open` a file that is written
 * repeatedly.
 */
export type FileUse = 'read' | 'read deep' | 'looked for' | 'written' | 'held open'

type Told = (use: FileUse, path: string) => void

/** The functions by use and path argument; each also has a `Sync` and a promise variant. */
const uses: readonly [use: FileUse, argument: number, names: readonly string[]][] = [
  ['read', 0, ['readFile', 'createReadStream', 'openAsBlob']],
  ['looked for', 0, ['exists', 'access', 'stat']],
  ['written', 0, ['writeFile', 'appendFile', 'truncate', 'unlink', 'rm', 'rmdir', 'mkdir']],
  ['written', 0, ['rename', 'utimes']],
  ['held open', 0, ['createWriteStream']],
  ['written', 1, ['rename', 'copyFile', 'cp', 'link', 'symlink']],
]

/**
 * Reports each path that user code reads, looks for or changes, before it does so. Functions that it captured earlier
 * are not observed.
 */
export function watchFileUse(told: Told): void {
  for (const holder of [fs, fs.promises]) {
    for (const [use, argument, names] of uses)
      for (const name of names.flatMap((one) => [one, `${one}Sync`]))
        observe(holder, name, (args) => tell(told, use, args[argument]))
    for (const name of ['readdir', 'readdirSync', 'opendir', 'opendirSync'])
      observe(holder, name, ([path, how]) =>
        tell(told, Reflect.get(Object(how), 'recursive') ? 'read deep' : 'read', path),
      )
    for (const name of ['open', 'openSync'])
      observe(holder, name, ([path, flags]) => tell(told, mayWrite(flags) ? 'held open' : 'read', path))
  }
  syncBuiltinESMExports()
}

/** A proxy, so that name, length, properties and printed form stay those of Node. */
function observe(holder: object, name: string, note: (args: unknown[]) => void): void {
  const original: unknown = Reflect.get(holder, name)
  if (typeof original !== 'function') return
  const apply = (target: (...args: unknown[]) => unknown, self: unknown, args: unknown[]) => {
    note(args)
    return Reflect.apply(target, self, args)
  }
  Reflect.set(holder, name, new Proxy(original as () => unknown, { apply }))
}

function tell(told: Told, use: FileUse, path: unknown): void {
  try {
    if (typeof path === 'string') told(use, resolve(path))
    else if (path instanceof URL) told(use, fileURLToPath(path))
    else if (Buffer.isBuffer(path)) told(use, resolve(path.toString()))
  } catch {
    // Node itself reports the invalid argument.
  }
}

/** As `fs.open` takes its flags, which are `r` when they are left out. */
function mayWrite(flags: unknown): boolean {
  if (typeof flags === 'string') return /[wa+]/.test(flags)
  return typeof flags === 'number' && (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0
}
