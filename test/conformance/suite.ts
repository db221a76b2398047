import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conformanceSuite } from '../../scripts/conformance-suite.mjs'
import { allowInstalls } from '../support/limits.ts'
import { run } from '../support/program.ts'

allowInstalls()

export type Revision = '2025-11-25' | '2026-07-28'

interface Check {
  id: string
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'INFO' | 'SKIPPED'
  errorMessage?: string
}

/** What the official suite found, scenario by scenario. */
export interface Verdict {
  /** Scenarios that a revision requires. */
  scored: readonly string[]
  /** What is wrong, in the suite's words; an empty list where nothing is. */
  faults: ReadonlyMap<string, readonly string[]>
}

/** Runs everything the suite has for this revision, or one scenario of it, against a running server. */
export async function runSuite(url: URL, revision: Revision, scenario?: string): Promise<Verdict> {
  const { node, program, requirements } = conformanceSuite()
  const out = mkdtempSync(join(tmpdir(), 'fastmcp-conformance-'))
  const what = scenario ? ['--scenario', scenario, '--spec-version', revision] : ['--requirements', revision]
  try {
    const args = [program, 'server', '--url', url.href, ...what, '-o', out]
    const { stdout, stderr } = await run(node, args, { limit: 120_000 })
    const faults = new Map(
      readdirSync(out).map((folder) => [scenarioOf(folder), faultsIn(join(out, folder))]),
    )
    if (faults.size === 0) throw new Error(`the suite ran nothing:\n${stdout}${stderr}`)
    return { scored: scoredIn(readFileSync(join(requirements, `${revision}.yaml`), 'utf8')), faults }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** `server-tools-list-2026-11-23T20-20-32-932Z` → `tools-list` */
const scenarioOf = (folder: string) =>
  folder.replace(/^server-/, '').replace(/-\d{4}-\d{2}-\d{2}T[\d-]+Z$/, '')

export function faultsIn(folder: string): string[] {
  const checks = JSON.parse(readFileSync(join(folder, 'checks.json'), 'utf8')) as Check[]
  return checks
    .filter(({ status }) => status !== 'SUCCESS' && status !== 'INFO')
    .map(({ id, status, errorMessage }) => `${status} ${id}: ${errorMessage ?? ''}`)
}

/** The names under `server:`, up to the next key. */
function scoredIn(yaml: string): string[] {
  const [, block = ''] = /^server:\n((?: .*\n|\n|#.*\n)*)/m.exec(yaml) ?? []
  return [...block.matchAll(/^ {2}- (\S+)/gm)].map(([, name = '']) => name)
}
