import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { program, type Started, start } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'

/** From those with which Node itself can barely start to those with which everything can. */
const limits = [22, 23, 24, 25, 26, 27, 28, 30, 32, 36, 40]

/** What becomes of a first start, for which the compiler and the threads have to start as well. */
async function startedWith(limit: number, project: Project): Promise<string> {
  const words = `ulimit -n ${limit}; exec "${process.execPath}" "${program}" run server.ts -t http -p 0`
  const env = { FASTMCP_CACHE_DIR: project.path(`cache-${limit}`) }
  await using served: Started = start('bash', ['-c', words], { cwd: project.folder, env })
  const ended = served.exited.then(({ code }) => `${code}: ${served.stderr}`)
  return await Promise.race([served.until(/listening on/).then(() => 'listening'), ended]).catch(() => ended)
}

suite('a process that may open few files', { skip: process.platform === 'win32' }, () => {
  for (const limit of limits) {
    test(`${limit} of them: it serves, or ends and says so`, async () => {
      using project = new Project({ 'server.ts': serverSource() })
      const came = await startedWith(limit, project)
      assert.match(came, /^listening$|^[13]: [\s\S]*EMFILE/)
      assert.match(came, /^listening$|^3: .*\n {2}hint {6}.*raise its limit|^1: fastmcp: .*EMFILE/)
    })
  }
})
