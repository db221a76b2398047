import type { SdkCopy } from '../../protocol/source.ts'

/** The copy of SDK v2 that this package depends on, loaded on first use. */
export const ownSdk: SdkCopy = {
  server: () => import('@modelcontextprotocol/server'),
  stdio: () => import('@modelcontextprotocol/server/stdio'),
}
