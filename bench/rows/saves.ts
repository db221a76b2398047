import { freePort } from '../../test/support/free-port.ts'
import { type Part, timesAsLong, wallTime } from '../harness/row.ts'
import { saved } from '../measures/saving.ts'
import { editedByHand, editedExport, editedStart } from '../servers/by-hand.ts'
import { type Edit, imports } from '../servers/imports.ts'
import { tsx } from '../servers/written.ts'

const oneFile =
  (source: (version: number) => string, name = 'server.ts'): Edit =>
  (version) => ({ name, text: source(version) })

const ours = (folder: string, files: Record<string, string>, edit: Edit) =>
  saved({
    name: `dev of ${folder}`,
    folder,
    files,
    edit,
    words: (lab, entry) => lab.ours('dev', entry, '--no-inspector', '-p', '0'),
  })

const alone = (folder: string, source: (version: number) => string) =>
  ours(folder, { 'server.ts': source(0) }, oneFile(source))

const over = (kind: 'deep' | 'wide', count: number) => {
  const { files, edit } = imports(kind, count)
  return ours(`${kind}${count}`, files, edit)
}

const byHand = (name: string, entry: string, words: (entry: string) => string[]) =>
  saved({
    name,
    folder: name.replaceAll(' ', '-'),
    files: { [entry]: editedByHand(0) },
    edit: oneFile(editedByHand, entry),
    words: (_lab, path) => words(path),
    entry,
    port: freePort,
  })

const exported = alone('exported', editedExport)

/** From a save until a client has the new tools; the pauses between saves are a person's. */
export const saves: Part = {
  name: 'saves',
  rounds: [9, 3],
  rows: [
    wallTime({
      target: 15,
      what: 'dev, a chain of 300 imports: save → client',
      of: over('deep', 300),
      goal: { atMost: 100 },
    }),
    wallTime({ target: 16, what: 'dev, one file: save → client', of: exported, goal: { atMost: 35 } }),
    wallTime({
      what: 'dev, 300 imports side by side: save → client',
      of: over('wide', 300),
      goal: { atMost: 50 },
    }),
    timesAsLong({
      what: 'dev, a file that starts itself ÷ one that exports: save → client',
      of: alone('starting', editedStart),
      by: exported,
      goal: { atMost: 2 },
    }),
    timesAsLong({
      what: 'dev, one file ÷ tsx watch, whose clients connect anew',
      of: exported,
      by: byHand('tsx watch', 'server.ts', (entry) => [tsx, 'watch', entry]),
    }),
    timesAsLong({
      what: 'dev, one file ÷ node --watch, whose clients connect anew',
      of: exported,
      by: byHand('node watch', 'server.mjs', (entry) => ['--watch', entry]),
    }),
  ],
}
