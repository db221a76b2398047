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

/** The file in which a server was found, and the hints that applied. */
export type LoadedFile = Loaded & { file: string; hints: ModuleHints }

export interface LoadOptions extends Omit<ImportOptions, 'main' | 'again'> {
  /** Milliseconds that an imported module gets to start a server. */
  startLimit: number
  /** Serves a child process that the module started with the stdin and stdout of this process. */
  launched(launch: Launch): Promise<ServerSource>
  /** Modules that are loaded before everything else. */
  first?: readonly FirstModule[]
  /** Called once with the reason for a long wait. */
  onWaiting?: (words: string) => void
  /** Called with a message if something else is served than expected. */
  onInstead?: (words: string) => void
}

/**
 * Imports the entry and turns its server into a server source, the one shape that everything else works with. A module
 * without a usable export runs as the main module, and what it starts is captured.
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
  /** Whether it was imported before, without believing that it is the main module. */
  again: boolean
}

/** A file as a module to search for a server. */
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
