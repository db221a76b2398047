import { cpSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Plugin } from 'esbuild'
import { root } from '../../test/support/program.ts'
import { type OwnBuild, ownBuild } from '../own-build.ts'
import { Sources } from './instrument.ts'

/** A build of the program which writes down each function that it enters. */
export interface TracedProgram extends OwnBuild {
  /** Where it writes. */
  readonly log: string
}

export async function tracedProgram(): Promise<TracedProgram> {
  using sources = new Sources(root)
  const built = await ownBuild((folder) => {
    const tracer = join(folder, 'tracer.cjs')
    cpSync(join(root, 'scripts', 'flows', 'tracer.cjs'), tracer)
    // The places are written into the program, because its children and threads get environments of their own.
    const places = [tracer, join(folder, 'dist'), logIn(folder)]
    const [from, ...words] = places.map((place) => JSON.stringify(place))
    const load = `process.getBuiltinModule('node:module').createRequire(${from})(${from})`
    const banner = { js: `globalThis.__entered ??= ${load}(${words.join(', ')});` }
    // What was whose is told by lines, and by the comments above them.
    return { banner, plugins: [tracing(sources)], ...readable }
  })
  return { ...built, log: logIn(built.folder) }
}

const logIn = (folder: string) => join(folder, 'trace.log')

const readable = { minifyWhitespace: false, minifyIdentifiers: false, minifySyntax: false }

/** Has each function of ours call the tracer first. */
const tracing = (sources: Sources): Plugin => ({
  name: 'tracing',
  setup: (build) => {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const file = relative(join(root, 'src'), path)
      if (file.startsWith('..')) return { contents: readFileSync(path, 'utf8'), loader: 'ts' }
      const contents = sources.traced(path, ({ name, kind }) => {
        const words = [file, name, kind]
        return `globalThis.__entered(${words.map((word) => JSON.stringify(word)).join(', ')})`
      })
      return { contents, loader: 'ts' }
    })
  },
})
