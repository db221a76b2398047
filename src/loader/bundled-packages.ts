import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Packages worth bundling when a server imports them; what they import themselves goes with them. */
const worthBundling = /^(@modelcontextprotocol\/.+|zod|zod-to-json-schema|ajv|ajv-formats)$/

/** Whether the module at a path or `file:` address belongs to such a package. */
export const isWorthBundling = (address: string): boolean =>
  worthBundling.test(packageOf(address)?.name ?? '')

/** The installed package that a module belongs to, and its folder. */
export function packageOf(address: string): { name: string; folder: string } | undefined {
  const file = address.startsWith('file:') ? fileURLToPath(address) : address
  const match = /^(.*[\\/]node_modules[\\/])((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)
  if (!match) return undefined
  const [, above = '', name = ''] = match
  return { name: name.replaceAll(sep, '/'), folder: join(above, name) }
}
