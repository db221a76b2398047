// Patches: `fs.realpathSync`, `fs.realpath` and `fs.promises.realpath`, for one path.
// Why: an entry guard asks for the true path of `process.argv[1]`, and the file of a built server is not
//   on the disk.
// On: Node 20.19–26.
// Otherwise: the guard throws ENOENT, told as an error of the file.

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

type AnyFunction = (...args: unknown[]) => unknown

/** Makes `realpath` return the path of a file that does not exist. */
export function standForFile(file: string): void {
  if (fs.existsSync(file)) return
  const isIt = (path: unknown) => path === file
  const sync = { native: fs.realpathSync.native }
  const usual = fs.realpathSync as unknown as AnyFunction
  const wrapped = (original: AnyFunction): AnyFunction =>
    function (this: unknown, ...args) {
      return isIt(args[0]) ? file : Reflect.apply(original, this, args)
    }
  const later = (original: AnyFunction): AnyFunction =>
    function (this: unknown, ...args) {
      const done = args.at(-1)
      if (!isIt(args[0]) || typeof done !== 'function') return Reflect.apply(original, this, args)
      return process.nextTick(() => done(null, file))
    }
  const callback = fs.realpath as unknown as AnyFunction & { native: AnyFunction }
  const promised = fs.promises.realpath as unknown as AnyFunction
  Object.assign(fs, {
    realpathSync: Object.assign(wrapped(usual), { native: wrapped(sync.native as unknown as AnyFunction) }),
    realpath: Object.assign(later(callback), { native: later(callback.native) }),
  })
  Object.assign(fs.promises, {
    realpath: async (...args: unknown[]) => (isIt(args[0]) ? file : promised(...args)),
  })
  syncBuiltinESMExports()
}
