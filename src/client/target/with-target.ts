import { checkExternal, externalKind } from '../../options/gateway-options.ts'
import { usageError } from '../../terminal/errors.ts'
import type { TargetOptions, Use } from './use-client.ts'

/**
 * Opens what a spec or URL means, uses it, and ends it. A local server is loaded into this process.
 * @returns the exit code: that of `use`, or 130 after Ctrl-C.
 * @throws CliError (exit 3) when a local server cannot be loaded, (exit 4) when a URL cannot be reached.
 */
export async function withTarget(spec: string, options: TargetOptions, use: Use): Promise<number> {
  const several = await severalTarget(spec, options)
  if (several) return several(use)
  const remote = await remoteTarget(spec, options)
  if (remote) {
    checkExternal(options.given)
    return (await import('./remote-target.ts')).withRemote(remote, options.exec ?? spec, options, use)
  }
  return (await import('./local-target.ts')).withLocal(spec, options, use)
}

/** What `connect()` is to connect to, unless the spec means a server that is loaded here. */
async function remoteTarget(spec: string, options: TargetOptions): Promise<unknown> {
  const { exec } = options
  const kind = exec === undefined ? externalKind(spec) : undefined
  if (kind === 'url') return urlTarget(spec, options)
  checkNoUrl(options)
  if (exec !== undefined) return (await import('./remote-target.ts')).execTarget(exec, spec, options)
  if (kind === 'configured')
    return (await import('../../install/configured-servers.ts')).configuredServer(spec)
  if (kind === undefined) return undefined
  return (await import('../../remote/server-map.ts')).readServerMap(spec, undefined)
}

/** What it is sent with is added where it is reached. */
function urlTarget(spec: string, { transport, path }: TargetOptions): object {
  const url = path === undefined || !URL.canParse(spec) ? spec : new URL(path, spec).href
  return { url, ...(transport && { transport }) }
}

/** @throws CliError (exit 2) for what only means something to a URL. */
function checkNoUrl({ transport, path }: TargetOptions): void {
  const useless = transport === undefined ? path !== undefined && 'path' : 'transport'
  if (useless) throw usageError(`--${useless} is for a server at a URL. Leave it out.`)
}

/** The servers of an `mcp.json` as one, as `run` serves them, where there is more than one. */
async function severalTarget(
  spec: string,
  options: TargetOptions,
): Promise<((use: Use) => Promise<number>) | undefined> {
  if (options.exec !== undefined || externalKind(spec) !== 'json') return undefined
  const { readServerEntries } = await import('../../remote/server-map.ts')
  if ((readServerEntries(spec)?.size ?? 0) < 2) return undefined
  checkExternal(options.given)
  checkNoUrl(options)
  const { withSeveral } = await import('./several-target.ts')
  return (use) => withSeveral(spec, options, use)
}
