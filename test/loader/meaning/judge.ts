import { isDeepStrictEqual } from 'node:util'
import type { Json, MeaningCase, Outcome } from './case.ts'
import type { Telltale } from './programs.ts'

/** What a way of starting should have told, and the lines that say how it differs; none when it is right. */
export function faultsOf(one: MeaningCase, major: string, { way, told, later }: Telltale): string[] {
  const expected = expectedOf(one, major, way, later)
  if ('fails' in expected) {
    if ('value' in told)
      return [`  expected to fail with ${expected.fails}`, `  told     ${shown(told.value)}`]
    return told.stderr.includes(expected.fails)
      ? []
      : [`  expected to fail with ${expected.fails}`, ...ended(told)]
  }
  if (!('value' in told)) return [`  expected ${shown(expected.value)}`, ...ended(told)]
  return isDeepStrictEqual(told.value, expected.value) ? [] : differences(expected.value, told.value)
}

function expectedOf(
  one: MeaningCase,
  major: string,
  way: Telltale['way'],
  later: boolean,
): { value: Json } | { fails: string } {
  const own = (later ? one.expectedLater : undefined) ?? one.onNode?.[major] ?? one.expected
  const other: Outcome | undefined = way === 'tsx' || way === 'node24' ? one[way] : undefined
  if (other === undefined) return { value: own }
  if ('unlike' in other) return { value: { ...(own as object), ...other.unlike } }
  return later && 'value' in other ? { value: other.later ?? other.value } : other
}

const shown = (value: Json | undefined) => (value === undefined ? 'nothing' : JSON.stringify(value))

/** The fields that differ, where both are objects. */
function differences(expected: Json, told: Json): string[] {
  if (!isObject(expected) || !isObject(told)) return pair('', expected, told)
  const names = [...new Set([...Object.keys(expected), ...Object.keys(told)])]
  const differing = names.filter((name) => !isDeepStrictEqual(expected[name], told[name]))
  return differing.flatMap((name) => pair(`${name}: `, expected[name], told[name]))
}

const pair = (name: string, expected: Json | undefined, told: Json | undefined) => [
  `  ${name}expected ${shown(expected)}`,
  `  ${name}told     ${shown(told)}`,
]

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How a program ended that told nothing, and the lines of its stderr that say most. */
function ended({ code, stderr }: { code: number | string | null; stderr: string }): string[] {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const error = lines.findIndex((line) => /error|cannot|fastmcp:/i.test(line))
  const told = lines.slice(Math.max(0, error), Math.max(0, error) + 4)
  return [`  ended    ${code}`, ...told.map((line) => `    ${line.slice(0, 200)}`)]
}
