// The form of a commit message, as CONTRIBUTING.md asks for it.

/** What a commit may be called, most visible first. */
export const types = ['feat', 'fix', 'perf', 'docs', 'refactor', 'test', 'build', 'ci', 'chore', 'revert']

export const longest = 100

const form = /^(?<type>[A-Za-z]+)(?:\([a-z0-9][a-z0-9/-]*\))?!?: (?<words>\S.*)$/

/** Verbs that end as other forms of verbs do. */
const verbs = new Set(
  'alias bring embed exceed feed focus need ping proceed seed shed speed string'.split(' '),
)

/** What is wrong with the first line of a commit message; nothing when it is as it should be. */
export function faultsOf(subject) {
  const parts = form.exec(subject)?.groups
  if (!parts) return [`it is not "type: words" or "type(scope): words"; a type is one of ${types.join(', ')}`]
  const { type, words } = parts
  const [first = ''] = /^[^\s,:;.]+/.exec(words) ?? []
  const faults = []
  if (!types.includes(type)) faults.push(`"${type}" is none of the types ${types.join(', ')}`)
  if (!/^[a-z][a-z'-]*$/.test(first)) faults.push(`"${first}" is no verb in lower case`)
  else if (/(?:ed|ing|[^s]s)$/.test(first) && !verbs.has(first))
    faults.push(`"${first}" is no imperative: say what to do, as in "add a flag"`)
  if (subject.endsWith('.')) faults.push('it ends with a full stop')
  if (subject.length > longest) faults.push(`it has ${subject.length} characters, more than ${longest}`)
  return faults
}
