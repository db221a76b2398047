// The files of .changeset/, each of which tells one change that users notice, and what a release makes of them.

/** How much a change asks of users, the least first, and under which heading the changelog has it. */
const kinds = { patch: 'Fixed', minor: 'New', major: 'Breaking' }

export const isKind = (word) => Object.hasOwn(kinds, word)

/** A file as `npm run change` writes it and changesets would: which package, how much, and then the words. */
const form = /^---\r?\n(['"]?)fastmcp-cli\1: *(?<kind>\w+)\r?\n---\r?\n(?<words>[\s\S]*)$/

export const written = ({ kind, words }) => `---\n'fastmcp-cli': ${kind}\n---\n\n${words}\n`

/** The change that a file tells; `undefined` when it tells none. */
export function readChange(text) {
  const { kind = '', words = '' } = form.exec(text)?.groups ?? {}
  return isKind(kind) && words.trim() !== '' ? { kind, words: words.trim() } : undefined
}

export const isChangeFile = (name) => name.endsWith('.md') && !name.endsWith('README.md')

/** A file's name, from the first words of its change. */
export function fileName(words) {
  const known = words.toLowerCase().match(/[a-z0-9]+/g) ?? ['change']
  return `${known.slice(0, 6).join('-')}.md`
}

/** The version after these changes: the one that asks most of users decides. */
export function nextVersion(version, changes) {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const has = (wanted) => changes.some(({ kind }) => kind === wanted)
  if (has('major')) return `${major + 1}.0.0`
  return has('minor') ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

/** The changelog with a section for this version on top. */
export function withRelease(changelog, version, changes) {
  const parts = Object.entries(kinds)
    .reverse()
    .map(([kind, heading]) => [heading, changes.filter((change) => change.kind === kind)])
    .filter(([, told]) => told.length > 0)
    .map(([heading, told]) => `### ${heading}\n\n${told.map(asItem).join('\n')}\n`)
  const [title = ''] = /^# .*\n\n/.exec(changelog) ?? []
  return `${title}## ${version}\n\n${parts.join('\n')}\n${changelog.slice(title.length)}`
}

const asItem = ({ words }) => `- ${words.replaceAll(/\r?\n(?=.)/g, '\n  ')}`
