import module from 'node:module'
import { Generation } from '../dev/generation.ts'
import { loadError } from '../errors.ts'
import { load } from '../loader/load.ts'
import { type Preload, preload } from '../loader/preload.ts'
import { guardRoutes } from '../serve/guarded.ts'
import { servableGate } from '../serve/servable.ts'
import { version } from '../version.ts'

// What `fastmcp dev` runs for each save, in a process of its own.
module.enableCompileCache?.()

new Generation({
  // It comes from `dev-build.ts`, over the wire.
  preload: (ahead) => preload(ahead as Preload),
  load: async ({ file, exportName, shown, http }) => {
    const loaded = await load(
      { file, exportName, shown },
      // The front has a limit of its own for all of it.
      { cache: true, env: process.env, version, startLimit: Number.POSITIVE_INFINITY },
    )
    if (loaded.kind === 'source' && !loaded.source.appOnly) {
      if (http)
        guardRoutes(
          loaded.source.routes,
          servableGate(loaded.source, http, () => undefined),
        )
      return { source: loaded.source, exportName: loaded.exportName }
    }
    throw loadError(
      `${shown}: "${loaded.exportName}" serves itself, which only fastmcp run can do`,
      '  to develop it with fastmcp dev, export its MCP server or a function that makes one',
    )
  },
})
