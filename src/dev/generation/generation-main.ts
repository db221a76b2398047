import { keepCompiledModules } from '../../files/cache-folder.ts'
import { runnerCommand } from '../../library/run/runner-command.ts'
import { processModules } from '../../loader/hooks/process-modules.ts'
import { load } from '../../loader/load.ts'
import { type Preload, preload } from '../../loader/preload.ts'
import type { Launch } from '../../patches/node/launch.ts'
import { version } from '../../process/version.ts'
import { bridgedApp, mcpEndpointOf } from '../../runner/app-bridge.ts'
import { openAppPort } from '../../serve/app-port.ts'
import { gateFor, guardRoutes } from '../../serve/auth/auth-endpoints.ts'
import type { Log } from '../../serve/serve-options.ts'
import { say } from '../../terminal/output.ts'
import type { LoadOrder } from '../protocol/ipc.ts'
import { Generation } from './generation.ts'

// The process that `fastmcp dev` starts for each save.
keepCompiledModules()

const log: Log = (level, message) => {
  if (level !== 'debug') say(`${level}: ${message}`)
}

/** Loaded lazily, since it is rarely needed. */
const programSource = async (command: Launch, limits: LoadOrder['programs']) =>
  (await import('../../runner/program-source.ts')).programSource(command, log, limits)

const wordsFor = async (first: LoadOrder['first']) =>
  first.length === 0 ? [] : (await import('../../loader/first-modules.ts')).firstWords(first)

new Generation({
  // Comes from `dev-build.ts` by IPC.
  preload: (ahead) => preload(ahead as Preload),
  files: () => processModules().files(),
  load: async ({ file, exportName, shown, bin, first, http, programs, debugPort }) => {
    const loaded = await load(
      { file, exportName, shown, bin },
      // The front has its own limit for the whole load.
      {
        cache: true,
        env: process.env,
        version,
        first,
        startLimit: Number.POSITIVE_INFINITY,
        debugged: debugPort !== undefined,
        launched: (command) => programSource(command, programs),
        onWaiting: (words) => log('warning', words),
        onInstead: (words) => log('info', words),
      },
    )
    if (loaded.kind === 'source') {
      const { source, exportName } = loaded
      if (http)
        guardRoutes(
          source.routes,
          gateFor(source, http, () => undefined),
        )
      const app = source.app && (await openAppPort(source.app))
      if (!app || !source.appOnly) return { source, exportName, app }
      const at = await mcpEndpointOf(app, http?.transport, http?.path)
      return { source: bridgedApp(source, app, { ...at, log }), exportName, app, bridged: true }
    }
    // The program is started for each conversation; the copy loaded here has only shown that it loads.
    const spec = exportName === undefined ? file : `${file}:${exportName}`
    const command = runnerCommand(spec, [...(await wordsFor(first)), '--', ...process.argv.slice(2)])
    const source = await programSource({ ...command, cwd: undefined }, programs)
    return { source: { ...source, name: spec }, exportName: loaded.exportName }
  },
})
