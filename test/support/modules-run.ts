import { readdirSync, readFileSync } from 'node:fs'
import { ownBuild } from '../../scripts/own-build.ts'
import { listening, start } from './program.ts'
import { Project } from './project.ts'

/** What Node writes of the functions that have run. */
interface Coverage {
  result: { functions: { functionName: string; ranges: { count: number }[] }[] }[]
}

/**
 * The modules of the program that run for a server over HTTP, as the engine sees it: a build whose names can be read has
 * them as functions of their names.
 * @param use what is done with the server.
 */
export async function modulesRun(
  file: string,
  args: readonly string[],
  use: (url: URL) => Promise<void>,
): Promise<Set<string>> {
  using project = new Project({})
  const folder = project.path('coverage')
  using built = await ownBuild(() => ({ minifyIdentifiers: false, minifySyntax: false }))
  const words = [built.program, 'run', file, '-t', 'http', '-p', '0', ...args]
  await using server = await listening(start(process.execPath, words, { env: { NODE_V8_COVERAGE: folder } }))
  await use(server.url)
  server.kill('SIGTERM')
  await server.exited
  const functions = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Coverage
    return result.flatMap((script) => script.functions)
  })
  const run = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
  return new Set(run.map(({ functionName }) => functionName).filter((name) => name.startsWith('src/')))
}
