import { introspect } from './introspection-guard.ts'
import { jwtIssuer } from './jwt-guard.ts'
import type { Guard } from './rotating.ts'
import { tokenFile } from './token-file-guard.ts'

/** Every way to check callers without code whose tokens change, by its flag. */
export const guards: Readonly<Record<string, Guard>> = {
  '--token-file': tokenFile,
  '--jwt-issuer': jwtIssuer,
  '--introspect': introspect,
}
