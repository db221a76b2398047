import { asSchema, type JsonSchema, propertiesOf } from './json-schema.ts'
import type { Offers } from './offers.ts'
import { counted } from './offers.ts'

/** Something that clients or models may stumble over. */
export interface Finding {
  level: 'error' | 'warning'
  /** What it is about, such as `tool forecast`. */
  subject: string
  text: string
}

/** Checks what a server offers: names, descriptions, and schemas that not every model's host accepts. */
export function lintOffers(offers: Offers): Finding[] {
  const groups: [string, readonly { name: string; description?: string | undefined }[]][] = [
    ['tool', offers.tools],
    ['prompt', offers.prompts],
  ]
  return [
    ...groups.flatMap(([kind, list]) => [...lintNames(kind, list), ...lintDescriptions(kind, list)]),
    ...duplicates(
      'resource',
      offers.resources.map((one) => one.uri),
    ),
    ...offers.tools.flatMap((tool) => lintInput(`tool ${tool.name}`, asSchema(tool.inputSchema))),
  ]
}

/** What a module prints while it loads is kept off the protocol by us, and not by everybody who may start it. */
export function lintNoise(count: number): Finding[] {
  if (count === 0) return []
  const text = `${count} ${count === 1 ? 'line' : 'lines'} printed to stdout while loading, which breaks stdio under plain node`
  return [{ level: 'warning', subject: 'module', text }]
}

/** Milliseconds. Half of what the least patient clients wait for a server that they start. */
const slowStart = 5000

/** A server that starts slowly is up when somebody tries it by hand, and but impatient clients time out. */
export function lintStart(took: number): Finding[] {
  if (took < slowStart) return []
  const text = `it takes ${Math.round(took / 1000)} s to start, and some clients wait no longer than 10 s`
  return [{ level: 'warning', subject: 'server', text }]
}

export const findingsCount = (findings: readonly Finding[]): string => {
  const of = (level: Finding['level']) => findings.filter((one) => one.level === level).length
  return counted([
    [of('error'), 'error'],
    [of('warning'), 'warning'],
  ])
}

function lintNames(kind: string, list: readonly { name: string }[]): Finding[] {
  const names = list.map((one) => one.name)
  const odd = names.filter((name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name))
  return [
    ...odd.map((name): Finding => {
      const text = 'the name must be at most 64 letters, digits, _ and -: some hosts reject it'
      return { level: kind === 'tool' ? 'error' : 'warning', subject: `${kind} ${name}`, text }
    }),
    ...duplicates(kind, names),
  ]
}

function duplicates(kind: string, names: readonly string[]): Finding[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [...twice].map((name) => ({
    level: 'error',
    subject: `${kind} ${name}`,
    text: `there is more than one ${kind} of this name`,
  }))
}

function lintDescriptions(
  kind: string,
  list: readonly { name: string; description?: string | undefined }[],
): Finding[] {
  return list
    .filter((one) => !one.description?.trim())
    .map(({ name }) => ({
      level: 'warning',
      subject: `${kind} ${name}`,
      text: 'missing description; models need it to choose',
    }))
}

/** Keywords at the root that hosts which build their own schema from it reject. */
const refusedAtRoot = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', '$ref']

function lintInput(subject: string, schema: JsonSchema): Finding[] {
  const findings: Finding[] = []
  if (schema.type !== 'object')
    findings.push({ level: 'error', subject, text: 'the input schema must be of type "object"' })
  for (const keyword of refusedAtRoot.filter((one) => one in schema)) {
    findings.push({
      level: 'warning',
      subject,
      text: `some hosts reject ${keyword} at the root of the input schema`,
    })
  }
  for (const reference of externalReferences(schema)) {
    findings.push({
      level: 'error',
      subject,
      text: `the input schema refers to ${reference}, which no client fetches`,
    })
  }
  for (const { name, schema: property } of propertiesOf(schema)) {
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name)) {
      findings.push({
        level: 'error',
        subject,
        text: `the argument "${name}" has a name that some hosts reject`,
      })
    }
    if (Object.keys(property).length === 0) {
      findings.push({ level: 'warning', subject, text: `the argument "${name}" has no type` })
    }
  }
  return findings
}

function externalReferences(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(externalReferences)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) =>
    key === '$ref' && typeof one === 'string' && !one.startsWith('#') ? [one] : externalReferences(one),
  )
}
