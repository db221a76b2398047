import type { Route, RouteHandler } from '../../protocol/source.ts'
import type { RouteOptions } from '../define/definitions.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Paths the runner serves itself. */
const taken = /^\/(mcp|sse|messages|\.fastmcp(\/.*)?)\/?$/

/**
 * Checks a custom route when it is registered, where the stack still points at the line to change.
 * @throws TypeError for a path or method that cannot work, or a path that is the runner's own.
 */
export function checkedRoute(
  path: string,
  options: RouteOptions,
  handler: RouteHandler,
  existing: readonly Route[],
): Route {
  if (!/^\/[^?#\s]*$/.test(path))
    throw new TypeError(`customRoute: the path must begin with /, not ${JSON.stringify(path)}`)
  if (taken.test(path))
    throw new TypeError(`customRoute: ${path} is served by the runner itself; choose another path`)
  const star = path.indexOf('*')
  if (star >= 0 && (star !== path.length - 1 || path[star - 1] !== '/')) {
    throw new TypeError(`customRoute: * must be the last part of the path, not as in ${path}`)
  }
  if (typeof handler !== 'function') throw new TypeError(`customRoute: ${path} has no handler`)
  const wanted = (options.methods ?? ['GET']).map((method) => method.toUpperCase())
  const unknown = wanted.find((method) => !methods.includes(method))
  if (unknown !== undefined || wanted.length === 0) {
    throw new TypeError(
      `customRoute: ${path} has the method ${unknown ?? '(none)'}; available: ${methods.join(', ')}`,
    )
  }
  const twice = existing.find(
    (route) => route.path === path && route.methods.some((one) => wanted.includes(one)),
  )
  if (twice) throw new TypeError(`customRoute: ${path} is already registered`)
  return { path, methods: wanted, handler, ...(options.auth && { auth: true }) }
}
