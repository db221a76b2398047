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

const dev = ['dev-stdio', 'dev-http', 'dev-sse']
const reload = ['reload-stdio', 'reload-http', 'reload-sse']

export const faults: readonly Fault[] = [
  {
    label: 'reload-self-starting',
    what: 'Of the saves of an ES module that starts itself, those after a pause are lost: its `connect()` is not caught.',
    sign: /it is said to be lost[\s\S]*caught {4}nothing/,
    cells: { 'v1-await-connect': [...dev, ...reload] },
  },
]
