// What git tells of the commits since another one.
import { execFileSync } from 'node:child_process'

/** Each commit that is no merge, the oldest first: its short name and the first line of its message. */
export function commitsSince(base) {
  return git(base, 'log', '--no-merges', '--reverse', '--format=%h %s', `${base}..HEAD`).map((line) => {
    const at = line.indexOf(' ')
    return { name: line.slice(0, at), subject: line.slice(at + 1) }
  })
}

/** The files in a folder that were not there at the base. */
export function addedSince(base, folder) {
  return git(base, 'diff', '--name-only', '--diff-filter=A', `${base}...HEAD`, '--', folder)
}

/** The lines that git prints; without the base there is nothing to say, and the program ends. */
function git(base, ...args) {
  try {
    const text = execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    return text.split('\n').filter((line) => line !== '')
  } catch (error) {
    console.error(
      `${error.stderr}there is no history from ${base} to here: name another base, or fetch it all`,
    )
    process.exit(2)
  }
}
