import type { IncomingHttpHeaders } from 'node:http'
import { WebHeaders } from './web-classes.ts'

/** The headers of a message of Node's as web-standard ones. */
export function webHeaders(all: IncomingHttpHeaders): Headers {
  const headers = new WebHeaders()
  for (const [name, value] of Object.entries(all)) {
    if (Array.isArray(value)) for (const one of value) headers.append(name, one)
    else if (value !== undefined) headers.set(name, value)
  }
  return headers
}

/** Headers by their names in lowercase; what is a plain object already has to have such names. */
export function plainHeaders(given: ConstructorParameters<typeof Headers>[0]): Record<string, string> {
  const isPlain = given !== undefined && given !== null && Object.getPrototypeOf(given) === Object.prototype
  return isPlain ? (given as Record<string, string>) : Object.fromEntries(new WebHeaders(given))
}
