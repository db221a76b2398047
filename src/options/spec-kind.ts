/** The scheme of a text that is written as a URL, in lower case. */
export const schemeOf = (text: string): string | undefined =>
  /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()

/**
 * How a spec may name a server that is reached rather than loaded, told by its spelling alone: a URL, a JSON file that
 * may hold `mcpServers`, or `@client/name`, which may also be a package. Anything else is loaded.
 */
export function externalKind(spec: string): 'url' | 'json' | 'configured' | undefined {
  if (schemeOf(spec) !== undefined) return 'url'
  if (/^@[a-z-]+\/./.test(spec)) return 'configured'
  return /\.json(:[^/\\]+)?$/i.test(spec) ? 'json' : undefined
}
