import type { Route } from '../../protocol/source.ts'
import { normalPath } from './request-target.ts'

interface CompiledRoute {
  route: Route
  pattern: RegExp
  names: string[]
}

/** The routes of the user's server beside the MCP path: `/users/:id` and `/files/*`. First match wins. */
export class RouteTable {
  readonly #routes: CompiledRoute[]

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map(compile)
  }

  /** The route for a method and path; the methods that would do when only the method is wrong. */
  find(method: string, path: string): { route: Route; params: Record<string, string> } | { allow: string[] } {
    const allow = new Set<string>()
    for (const { route, pattern, names } of this.#routes) {
      const match = pattern.exec(path)
      if (!match) continue
      const wanted = method === 'HEAD' && !route.methods.includes('HEAD') ? 'GET' : method
      if (route.methods.includes(wanted)) return { route, params: paramsOf(names, match) }
      for (const allowed of route.methods) allow.add(allowed)
    }
    return { allow: [...allow] }
  }
}

function compile(route: Route): CompiledRoute {
  const names: string[] = []
  const source = route.path
    .split('/')
    .map((segment) => {
      if (segment === '*') {
        names.push('*')
        return '(.*)'
      }
      if (!segment.startsWith(':')) return normal(segment).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      names.push(segment.slice(1))
      return '([^/]+)'
    })
    .join('/')
  return { route, pattern: new RegExp(`^${source}/?$`), names }
}

/** As requests for it arrive: `städte` is `st%C3%A4dte` there. */
const normal = (segment: string) =>
  normalPath(`/${Buffer.from(segment).toString('latin1')}`)?.slice(1) ?? segment

function paramsOf(names: string[], match: RegExpExecArray): Record<string, string> {
  const params: Record<string, string> = Object.create(null)
  for (const [index, name] of names.entries()) params[name] = decode(match[index + 1] ?? '')
  return params
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
