/** A server's name with only characters that every client accepts in its configuration. */
export const safeName = (name: string): string =>
  name
    .replace(/^@[^/]*\//, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 60)
    .replace(/-+$/, '') || 'server'
