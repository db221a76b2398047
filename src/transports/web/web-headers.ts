import type { IncomingHttpHeaders } from 'node:http'
import { WebHeaders } from './web-classes.ts'

/** Converts Node headers to web-standard ones. */
export function webHeaders(all: IncomingHttpHeaders): Headers {
  const headers = new WebHeaders()
  for (const [name, value] of Object.entries(all)) {
    if (Array.isArray(value)) for (const one of value) headers.append(name, one)
    else if (value !== undefined) headers.set(name, value)
  }
  return headers
}

/** Headers as a plain object with lowercase names; a plain object must have lowercase names already. */
export function plainHeaders(given: ConstructorParameters<typeof Headers>[0]): Record<string, string> {
  const isPlain = given !== undefined && given !== null && Object.getPrototypeOf(given) === Object.prototype
  return isPlain ? (given as Record<string, string>) : Object.fromEntries(new WebHeaders(given))
}
