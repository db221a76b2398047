import type { Route, ServerSource } from '../../protocol/source.ts'
import { loadError, usageError } from '../../terminal/errors.ts'
import type { HttpServeOptions, Log } from '../serve-options.ts'
import { metadataPaths } from './auth-endpoints.ts'
import { AuthGate } from './auth-gate.ts'
import { staticToken } from './static-token.ts'

/**
 * What checks the callers of a server, if anything does, once it is sure that all of it can be served there.
 * @throws CliError (exit 2) when two checks or two paths exclude each other, (exit 3) when it is the server's fault.
 */
export function servableGate(
  source: Pick<ServerSource, 'auth' | 'name' | 'routes'>,
  options: HttpServeOptions,
  log: Log,
): AuthGate | undefined {
  refuseHealthClash(options)
  const gate = gateFor(source, options, log)
  refuseClashes(source.routes, options, gate ? metadataPaths(gate, mcpPath(options)) : [])
  return gate
}

/** One way to check callers: the token that was given from outside, or the server's own hook. */
function gateFor(
  { auth, name }: Pick<ServerSource, 'auth' | 'name'>,
  options: HttpServeOptions,
  log: Log,
): AuthGate | undefined {
  if (auth && options.token !== undefined) {
    throw usageError(`${name} checks its callers itself (auth), so --token-env has no meaning. Leave it out.`)
  }
  const hook = options.token === undefined ? auth : staticToken(options.token)
  return hook && new AuthGate(hook, log, mcpPath(options))
}

export const mcpPath = (options: HttpServeOptions): string =>
  trimmed(options.path ?? (options.transport === 'sse' ? '/sse' : '/mcp'))

function ownPaths(options: HttpServeOptions): string[] {
  const path = mcpPath(options)
  return options.transport === 'sse' ? [path, trimmed(options.messagePath)] : [path]
}

export function refuseHealthClash(options: HttpServeOptions): void {
  const { health } = options
  if (health === undefined || !ownPaths(options).includes(health)) return
  throw usageError(`--health ${health} is where MCP is served. Choose another path.`)
}

function refuseClashes(routes: readonly Route[], options: HttpServeOptions, more: readonly string[]): void {
  const taken = [...ownPaths(options), ...more]
  if (options.health !== undefined) taken.push(options.health)
  const clash = routes.find((route) => taken.includes(trimmed(route.path)))
  if (clash)
    throw loadError(
      `the route ${clash.path} is already taken by the runner. Choose another path for one of them.`,
    )
}

const trimmed = (path: string) => (path.length > 1 ? path.replace(/\/$/, '') : path)
