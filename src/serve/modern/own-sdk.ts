import type { SdkCopy } from '../../protocol/source.ts'

/** The copy of SDK v2 that this package itself depends on, loaded when it is first needed. */
export const ownSdk: SdkCopy = {
  server: () => import('@modelcontextprotocol/server'),
  stdio: () => import('@modelcontextprotocol/server/stdio'),
}
