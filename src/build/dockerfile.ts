/** What a container needs beside the built file. */
export interface Beside {
  /** Packages that are installed there, with their versions. */
  packages: readonly string[]
  /** Files and folders that the server reads, relative to the Dockerfile and with `/`. */
  data: readonly string[]
  /** Arguments that the server itself is started with. */
  args?: readonly string[]
}

/**
 * A Dockerfile that serves the built file on port 8000 of a container. It keeps its path there, so that what the
 * server reads beside its source is found once it is copied the same way.
 * @param file the built file, relative to the Dockerfile and with `/`.
 */
export const dockerfile = (file: string, { packages, data, args = [] }: Beside): string => {
  const flags = ['--transport', 'http', '--host', '0.0.0.0', '--port', '8000', '--health']
  const command = ['node', file, ...flags, ...(args.length > 0 ? ['--', ...args] : [])]
  const install =
    packages.length === 0
      ? []
      : [
          '# These cannot be part of the built file.',
          `RUN npm install --no-package-lock --no-audit --no-fund ${packages.join(' ')}`,
        ]
  return `${[
    'FROM node:24-slim',
    'ENV NODE_ENV=production',
    'WORKDIR /app',
    ...install,
    '# What the server reads is copied the same way, such as: COPY data ./data/',
    `COPY ${copied(file)}`,
    ...data.map((path) => `COPY ${copied(path)}`),
    'USER node',
    'EXPOSE 8000',
    `HEALTHCHECK --interval=30s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:8000/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]`,
    `CMD [${command.map((word) => JSON.stringify(word)).join(', ')}]`,
  ].join('\n')}\n`
}

/** What Docker reads as a pattern or a variable stands in the source of a copy escaped; other names need a list. */
function copied(file: string): string {
  const target = file.endsWith('/') ? file : file.slice(0, file.lastIndexOf('/') + 1)
  const folder = `./${target}`
  if (/^[\w./-]+$/.test(file)) return `${file} ${folder}`
  const escaped = (path: string) => path.replaceAll('$', '\\$')
  return JSON.stringify([escaped(file.replace(/[*?[]/g, '[$&]')), escaped(folder)])
}
