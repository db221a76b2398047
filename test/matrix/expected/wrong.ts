/** What is known to be wrong, and by which cells it is seen. The list shrinks with every repair. */
export interface Fault {
  /** A name that stays. */
  readonly label: string
  readonly what: string
  /** What a failing cell says when it fails for this reason, and not for another. */
  readonly sign: RegExp
  /** The major versions of Node that have it, where not all have. */
  readonly nodes?: readonly number[]
  /** The journeys that fail, by shape. */
  readonly cells: Readonly<Record<string, readonly string[]>>
}

const extended = ['extend-dev', 'extend-exec', 'extend-url', 'extend-mcp-json']
const withExtensions = ['v1-export', 'v2-export', 'v2-skills', 'v2-apps', 'v2-tasks', 'fastmcp']

export const faults: readonly Fault[] = [
  {
    label: 'guard-beside-re-exports',
    what: 'a guarded program is not run when its text holds `export * from` or the helper that bundlers write for it.',
    sign: /it has a block for the program itself, which did not run/,
    cells: { 'v1-guard-export-star': ['run-http'], 'v1-bundled-guard': ['run-http'] },
  },
  {
    label: 'minified-serve-stdio',
    what: 'the `serveStdio()` of SDK v2 is not caught when it is minified, as it is found by its name.',
    sign: /caught {4}nothing/,
    cells: { 'v2-minified': ['run-http'] },
  },
  {
    label: 'factory-without-its-argument',
    what: 'an exported factory that needs its configuration is called without, though the file, or the `bin`, starts itself.',
    sign: /Cannot read properties of undefined \(reading '(length|units)'\)/,
    cells: { 'v1-own-config': ['run-http'], 'v1-bin': ['run-http'] },
  },
  {
    label: 'https-not-caught',
    what: 'a server of `node:https` is not caught at `listen()`, so that the file never finishes loading.',
    sign: /never printed/,
    cells: { 'v1-https': ['run-http'] },
  },
  {
    label: 'fastmcp-run-unexported',
    what: 'a FastMCP server that runs itself is not found unless it is exported.',
    sign: /caught {4}nothing/,
    cells: { 'fastmcp-run': ['run-http'] },
  },
  {
    label: 'build-self-starting',
    what: '`build` fails for a file that starts itself.',
    sign: /build ended with 1/,
    cells: { 'v1-await-connect': ['build-http'], 'v1-guard-url': ['build-http'] },
  },
  {
    label: 'extensions-hidden',
    what: 'clients of 2026-07-28 are not told of extensions under `dev` and behind gateways, nor of those of SDK v1.',
    sign: /is not told of the extension/,
    cells: {
      ...Object.fromEntries(withExtensions.map((shape) => [shape, extended])),
      'v1-export': ['extend', ...extended],
      exec: ['extend', 'extend-exec', 'extend-mcp-json'],
    },
  },
]
