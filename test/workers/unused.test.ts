import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ownBuild } from '../../scripts/flows/own-build.ts'
import { listening, root, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { call, callModern } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'

/** What only those need who keep sessions, serve with several processes, count or trace. */
const apart =
  /^src\/(store|runner\/workers|serve\/(workers|metrics|tracing)|sessions\/kept|transports\/peers)\/|\/(access-log|offer-news|tls-pair|session-store)\.ts$/

/** What any server asks whether it has that, and is nothing but the question. */
const asked = ['src/serve/tracing/traced.ts', 'src/transports/peers/elsewhere.ts']

interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[]
}

/** The modules of the program that were run, which its bundle has as functions of their names. */
function modulesRun(folder: string): string[] {
  const all = readdirSync(folder).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Coverage
    return result.filter(({ url }) => url.endsWith('/dist/cli.cjs')).flatMap(({ functions }) => functions)
  })
  const run = all.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
  return [...new Set(run.map(({ functionName }) => functionName))].filter((name) => name.startsWith('src/'))
}

test('a server that uses none of it loads none of it, at its start and for its calls', async () => {
  using project = new Project({})
  const folder = project.path('coverage')
  using built = await ownBuild(() => ({ minifyIdentifiers: false, minifySyntax: false }))
  const words = [built.program, 'run', `${root}test/fixtures/workers/shared.ts`, '-t', 'http', '-p', '0']
  await using server = await listening(start(process.execPath, words, { env: { NODE_V8_COVERAGE: folder } }))
  const headers = await openSession(server.url)
  assert.equal((await call(server.url, headers, 'count')).status, 200)
  assert.equal((await callModern(server.url, 'pid')).status, 200)
  server.kill('SIGTERM')
  await server.exited
  const modules = modulesRun(folder)
  assert.ok(modules.includes('src/serve/http-port.ts'), modules.join())
  assert.deepEqual(modules.filter((name) => apart.test(name)).sort(), asked)
})
