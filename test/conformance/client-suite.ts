import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conformanceSuite } from '../../scripts/conformance-suite.mjs'
import { root, run } from '../support/program.ts'
import { faultsIn } from './suite.ts'

/** A scenario for clients, and the newest revision that it is for; an extension is of none. */
export interface ClientScenario {
  name: string
  revision: string | undefined
}

/** The scenarios in which a client has to log in. */
export async function authScenarios(): Promise<ClientScenario[]> {
  const { node, program } = conformanceSuite()
  const { stdout } = await run(node, [program, 'list', '--client'])
  return [...stdout.matchAll(/- (auth\/\S+) \[([^\]]*)\]/g)].map(([, name = '', revisions = '']) => {
    const newest = revisions.split(',').at(-1)
    return { name, revision: newest?.startsWith('20') ? newest : undefined }
  })
}

/** What is wrong with our commands as the client of a scenario, in the suite's words. */
export async function clientFaults({ name, revision }: ClientScenario): Promise<string[]> {
  const { node, program } = conformanceSuite()
  const out = mkdtempSync(join(tmpdir(), 'fastmcp-conformance-'))
  const command = `${process.execPath} ${root}test/conformance/auth-client.mjs`
  const version = revision === undefined ? [] : ['--spec-version', revision]
  try {
    const args = [program, 'client', '--command', command, '--scenario', name, ...version]
    const { stdout, stderr } = await run(node, [...args, '--timeout', '60000', '-o', out], { limit: 90_000 })
    const group = join(out, 'auth')
    const [folder] = readdirSync(group)
    if (folder === undefined) throw new Error(`the suite did not run ${name}:\n${stdout}${stderr}`)
    return faultsIn(join(group, folder))
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}
