import { type Check, findingsOf } from '../check.ts'
import type { Finding } from '../finding.ts'
import { pointer } from '../pointer.ts'
import { arrayChecks } from './checks/array-checks.ts'
import { boundChecks } from './checks/bound-checks.ts'
import { enumChecks } from './checks/enum-checks.ts'
import { objectChecks } from './checks/object-checks.ts'
import { rootChecks } from './checks/root-checks.ts'
import type { SchemaCheck } from './checks/schema-check.ts'
import { shapeChecks } from './checks/shape-checks.ts'
import { textChecks } from './checks/text-checks.ts'
import { unionChecks } from './checks/union-checks.ts'
import { wholeChecks, wholeSchema } from './checks/whole-checks.ts'
import { stepsTo, type Use } from './node.ts'
import { walk } from './walk.ts'

/** Every check of a single schema. */
export const schemaChecks: readonly SchemaCheck[] = [
  ...rootChecks,
  ...shapeChecks,
  ...objectChecks,
  ...arrayChecks,
  ...unionChecks,
  ...enumChecks,
  ...boundChecks,
  ...textChecks,
]

/** Findings that are kept of one schema. */
const most = 1_000

/** Looks at every schema within a schema once. */
export function lintSchema(value: unknown, use: Use, where: { subject: string; path: string }): Finding[] {
  const about = { ...where, use }
  const walked = walk(value, use)
  const findings = findingsOf(wholeChecks, wholeSchema(walked), about).slice(0, most)
  for (const node of walked.nodes) {
    const found = findingsOf(schemaChecks, node, { ...about, path: '' })
    if (found.length === 0) continue
    if (findings.length >= most) return [...findings, ...findingsOf([tooMany], walked, about)]
    const path = `${where.path}${pointer(stepsTo(node))}`
    findings.push(...found.map((one) => ({ ...one, path: `${path}${one.path}` })))
  }
  return findings
}

export const tooMany: Check<unknown> = {
  name: 'too-many-findings',
  level: 'warning',
  clients: [],
  remedy: 'correct these first',
  find: () => `has more than 1,000 findings, of which the others are left out`,
}
