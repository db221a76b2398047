import { dirname } from 'node:path'
import type { Launch } from '../patches/node/launch.ts'
import type { ServerSource } from '../protocol/source.ts'
import { callsItself } from './choose.ts'
import { shownPath } from './faults/compile-fault.ts'
import { importFault } from './faults/import-fault.ts'
import { noServer } from './faults/no-server.ts'
import { otherTool } from './faults/other-tool.ts'
import type { Entry } from './find-entry.ts'
import { findServer, type Loaded, type Searched } from './find-server.ts'
import type { FirstModule } from './first-modules.ts'
import { processModules } from './hooks/process-modules.ts'
import { type ImportOptions, importModule } from './import-module.ts'
import { hintsOf, type ModuleHints } from './module-hints.ts'
import { sdkCopyFor } from './sdk-copy.ts'

/** The file in which a server was found, and what was expected of it then. */
export type LoadedFile = Loaded & { file: string; hints: ModuleHints }

export interface LoadOptions extends Omit<ImportOptions, 'main' | 'again'> {
  /** Milliseconds after which a module that has been imported is no longer waited for to start a server. */
  startLimit: number
  /** Serves a program that the module has started with the stdin and stdout of this process. */
  launched(launch: Launch): Promise<ServerSource>
  /** What is loaded before everything else. */
  first?: readonly FirstModule[]
  /** Is told what a load waits for that takes long, once. */
  onWaiting?: (words: string) => void
  /** Is told what is served instead of what was expected. */
  onInstead?: (words: string) => void
}

/**
 * Imports the entry and makes of its server the one shape that everything else works with. A module that exports
 * none is run as the program that it is, and what it starts is caught; so is one whose exports come to nothing.
 * @throws CliError (exit 3) when the module does not load or has no server.
 */
export async function load(entry: Entry, options: LoadOptions): Promise<LoadedFile> {
  if (options.first?.length) {
    options.onUnknown?.()
    await (await import('./first-modules.ts')).importFirst(options.first, options)
  }
  const hints = hintsOf(entry.file, entry.exportName)
  const deadline = performance.now() + options.startLimit
  const first = await findServer(searched(entry, hints, { ...options, deadline, again: false }))
  if (!('fault' in first)) return { ...first, file: entry.file, hints }
  const { bin } = entry
  const others = [
    ...(hints.exportsServer && hints.guarded && entry.exportName === undefined ? [entry] : []),
    ...(bin === undefined ? [] : [{ ...entry, file: bin, shown: shownPath(bin), bin: undefined }]),
  ]
  for (const other of others) {
    const program = { ...hintsOf(other.file, undefined), exportsServer: false, capture: true }
    const again = other.file === entry.file
    const loaded = await findServer(searched(other, program, { ...options, deadline, again }))
    if ('fault' in loaded) continue
    const what = again ? 'what the file starts when it is the program' : other.shown
    options.onInstead?.(`${first.fault.message}; serving ${what}`)
    return { ...loaded, file: other.file, hints: program }
  }
  const instead = await first.instead?.()
  if (instead && !('fault' in instead)) return { ...instead, file: entry.file, hints }
  throw first.fault
}

interface FileOptions extends LoadOptions {
  deadline: number
  /** Whether it has been imported before, without having been told that it is the program. */
  again: boolean
}

/** A file as a module in which a server is looked for. */
function searched(entry: Entry, hints: ModuleHints, options: FileOptions): Searched {
  const { file, shown, exportName } = entry
  const { startLimit, deadline, launched, onWaiting } = options
  return {
    ...{ file, shown, exportName, hints, startLimit, deadline, launched, onWaiting },
    importing: (main) => {
      if (hints.capture) processModules().tell({ capture: true })
      return importModule(file, { ...options, main })
    },
    callsItself: (name) => callsItself(file, name),
    sdkCopy: () => sdkCopyFor(file),
    fault: (error) => importFault(error, file, import.meta.dirname),
    noServer: (exports, capturing, called) => noServer({ entry, hints, capturing }, exports, called),
    otherTool: () => otherTool(dirname(file)),
  }
}
