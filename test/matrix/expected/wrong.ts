import { type Cells, dev, everyServer, reload } from './cells.ts'

/** What is known to be wrong, and by which cells it is seen. The list shrinks with every repair. */
export interface Fault {
  /** A name that stays. */
  readonly label: string
  readonly what: string
  /** What a failing cell says when it fails for this reason, and not for another. */
  readonly sign: RegExp
  /** The major versions of Node that have it, where not all have. */
  readonly nodes?: readonly number[]
  readonly cells: readonly Cells[]
}

const plain = [...everyServer, 'inspect-check', 'live-dev', 'progress']
const extended = ['extend-dev', 'extend-exec', 'extend-url', 'extend-mcp-json']
const asked = ['ask-dev', 'ask-modern', 'ask-no-stream', 'ask-save', 'ask-stdio', 'ask-stream']
const everything = [...plain, 'extend', ...extended, ...asked, 'cancel', 'change', 'change-modern']

export const faults: readonly Fault[] = [
  {
    label: 'guard-beside-re-exports',
    what: 'a guarded program is not run when its text holds `export * from` or the helper that bundlers write for it.',
    sign: /it has a block for the program itself, which did not run/,
    cells: [{ shapes: ['v1-guard-export-star', 'v1-bundled-guard'], journeys: everything }],
  },
  {
    label: 'factory-without-its-argument',
    what: 'an exported factory that needs its configuration is called without, though the file, or the `bin`, starts itself.',
    sign: /Cannot read properties of undefined \(reading '(length|units)'\)/,
    cells: [{ shapes: ['v1-own-config', 'v1-bin'], journeys: everything }],
  },
  {
    label: 'task-ends-with-a-save',
    what: 'a save ends what runs as a task: its id is not known to the new code.',
    sign: /Task not found/,
    cells: [{ shapes: ['v1-tasks', 'v2-tasks'], journeys: ['task-save'] }],
  },
  {
    label: 'read-while-loading',
    what: 'files that a server reads while it loads, its skills or a folder of tools, are not watched.',
    sign: /after save 1 \(added\) the client \w+ is answered "one"/,
    cells: [{ shapes: ['v2-skills', 'mcp-framework'], journeys: [...dev, ...reload] }],
  },
]
