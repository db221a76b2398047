import type { Finding } from './finding.ts'

/** Findings of one check that are printed one by one; when there are more they share a line. */
const most = 5
/** Of those that share a line, how many subjects are named. */
const named = 3
/** Characters of a subject, a path or a text in a line. */
const longest = 200

/** The findings as lines for people: errors first, each with who does not accept it and what to do. */
export const reportLines = (findings: readonly Finding[]): string[] =>
  byCheck(sorted(findings)).flatMap((group) =>
    group.length > most ? [folded(group)] : group.map((one) => line(one, short(one.subject))),
  )

/** Errors before warnings, and else as they were found: list by list, in the order of the lists. */
export const sorted = (findings: readonly Finding[]): Finding[] => [
  ...findings.filter(({ level }) => level === 'error'),
  ...findings.filter(({ level }) => level === 'warning'),
]

function byCheck(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const group = groups.get(finding.check)
    if (group) group.push(finding)
    else groups.set(finding.check, [finding])
  }
  return [...groups.values()]
}

function folded(group: readonly Finding[]): string {
  const [first] = group
  const subjects = [...new Set(group.map(({ subject }) => subject))]
  const more = subjects.length - named
  const heads = subjects.slice(0, named).map(short).join(', ')
  const head = more > 0 ? `${heads} and ${more} more` : heads
  return first ? `${line(first, head)} (${group.length} times, all in --json)` : ''
}

function line({ level, path, text, clients, effect, remedy }: Finding, head: string): string {
  const who = clients.length > 0 ? ` (${effect} by ${enumerated(clients)})` : ''
  const what = path === '' ? short(text) : `${short(path)} ${short(text)}`
  return `${level.padEnd(8)} ${head}: ${what}${who}. ${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}`
}

const enumerated = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** The beginning says where it is, and the end what it is. */
function short(text: string): string {
  if (text.length <= longest) return text
  const half = longest / 2
  return `${text.slice(0, half)}…${text.slice(-half)}`
}
