/** A server's name as every client accepts it, in the files that are written for clients. */
export const safeName = (name: string): string =>
  name
    .replace(/^@[^/]*\//, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 60)
    .replace(/-+$/, '') || 'server'
