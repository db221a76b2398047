import { checkExternal, externalKind } from '../../options/gateway-options.ts'
import type { TargetOptions, Use } from './use-client.ts'

/**
 * Opens what a spec or URL means, uses it, and ends it. A local server is loaded into this process.
 * @returns the exit code: that of `use`, or 130 after Ctrl-C.
 * @throws CliError (exit 3) when a local server cannot be loaded, (exit 4) when a URL cannot be reached.
 */
export async function withTarget(spec: string, options: TargetOptions, use: Use): Promise<number> {
  const remote = await remoteTarget(spec, options)
  if (remote) {
    checkExternal(options.given)
    return (await import('./remote-target.ts')).withRemote(remote, options.exec ?? spec, options, use)
  }
  return (await import('./local-target.ts')).withLocal(spec, options, use)
}

/** What `connect()` is to connect to, unless the spec means a server that is loaded here. */
async function remoteTarget(spec: string, options: TargetOptions): Promise<unknown> {
  const { exec, header } = options
  if (exec !== undefined) return (await import('./remote-target.ts')).execTarget(exec, spec, options)
  const kind = externalKind(spec)
  if (kind === 'url') return { url: spec, headers: header }
  if (kind === 'configured')
    return (await import('../../install/configured-servers.ts')).configuredServer(spec)
  if (kind === undefined) return undefined
  return (await import('../../remote/server-map.ts')).readServerMap(spec, undefined)
}
