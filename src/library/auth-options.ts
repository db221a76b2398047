import { isScope } from '../protocol/tool-scopes.ts'
import { isHttpUrl } from '../serve/auth/tokens/token-metadata.ts'
import { WebUrl } from '../transports/web/web-url.ts'

/**
 * A URL in its normal form.
 * @param name the option, with whose it is.
 * @throws TypeError for anything else.
 */
export function requireUrl(value: string | URL, name: string): string {
  if (isHttpUrl(String(value))) return new WebUrl(String(value)).href
  throw new TypeError(`${name} must be a URL, not ${JSON.stringify(value)}`)
}

/**
 * Seconds that clocks may differ; 5 unless told otherwise.
 * @throws TypeError for what is no number of seconds.
 */
export function requireTolerance(value: number | undefined, whose: string): number {
  return requireSeconds(value ?? 5, `${whose}: clockTolerance`)
}

/** @throws TypeError for what is no number of seconds. */
export function requireSeconds(value: number, name: string): number {
  if (Number.isFinite(value) && value >= 0) return value
  throw new TypeError(`${name} must be a number of seconds, not ${value}`)
}

/** @throws TypeError for what is no list of texts that can stand in a challenge (RFC 6749, 3.3). */
export function requireTexts(value: readonly string[] | undefined, name: string): string[] {
  const texts = value ?? []
  if (Array.isArray(texts) && texts.every(isScope)) return [...texts]
  throw new TypeError(`${name} must be a list of scopes`)
}
