import type { ServerResponse } from 'node:http'
import { whileAborting } from '../../process/aborting.ts'

/** Aborted when whoever is to get a response has left, or has got all of it. */
export function clientLeft(response: ServerResponse): AbortController {
  const left = new AbortController()
  if (response.destroyed) left.abort()
  else response.once('close', () => whileAborting(() => left.abort()))
  return left
}
