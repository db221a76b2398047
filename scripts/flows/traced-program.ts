import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Plugin } from 'esbuild'
import { root } from '../../test/support/program.ts'
import { bundle } from '../bundle.mjs'
import { Sources } from './instrument.ts'

/** A build of the program in a folder of its own, which writes down each function that it enters. */
export interface TracedProgram extends Disposable {
  /** What Node is started with, in place of `bin/fastmcp.js`. */
  readonly program: string
  readonly dist: string
  /** Where it writes. */
  readonly log: string
}

export async function tracedProgram(): Promise<TracedProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-flows-'))
  const dist = join(folder, 'dist')
  const log = join(folder, 'trace.log')
  const tracer = join(folder, 'tracer.cjs')
  mkdirSync(dist)
  for (const name of ['bin', 'package.json', 'templates'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  cpSync(join(root, 'scripts', 'flows', 'tracer.cjs'), tracer)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  // The places are written into the program, because its children and threads get environments of their own.
  const [from, ...words] = [tracer, dist, log].map((place) => JSON.stringify(place))
  const load = `process.getBuiltinModule('node:module').createRequire(${from})(${from})`
  const banner = { js: `globalThis.__entered ??= ${load}(${words.join(', ')});` }
  using sources = new Sources(root)
  // What was whose is told by lines, and by the comments above them.
  await bundle(dist, { banner, plugins: [tracing(sources)], minifyWhitespace: false })
  const program = join(folder, 'bin', 'fastmcp.js')
  return { program, dist, log, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

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
