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
