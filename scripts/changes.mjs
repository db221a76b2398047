// Changes that users notice, from the first file to the release:
//   npm run change -- patch "Words for users."   writes the file of one change
//   npm run check:changes -- from                whether commits that users notice have left one
//   npm run changelog                            turns all of them into CHANGELOG.md and the version
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  fileName,
  isChangeFile,
  isKind,
  nextVersion,
  readChange,
  withRelease,
  written,
} from './change-files.mjs'
import { addedSince, commitsSince } from './commits.mjs'

const folder = '.changeset'
const noticed = /^(?:(?:feat|fix|perf)\b|\w+(?:\([^)]*\))?!:)/
const [command, ...args] = process.argv.slice(2)
if (command === 'add') add(...args)
else if (command === 'check') check(...args)
else release()

function add(kind = '', ...rest) {
  const words = rest.join(' ').trim()
  if (!isKind(kind) || words === '')
    giveUp('say how much it asks of users, and what is new: npm run change -- patch|minor|major "Words."')
  const path = join(folder, fileName(words))
  if (existsSync(path)) giveUp(`${path} is there already: add to it, or begin with other words`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, written({ kind, words }))
  console.log(path)
}

function check(from) {
  if (!from) giveUp('name the commit from which to look: npm run check:changes -- origin/main')
  const commits = commitsSince(from).filter(({ subject }) => noticed.test(subject))
  const added = addedSince(from, folder).filter(isChangeFile)
  console.log(`${commits.length} commits that users notice, ${added.length} files of changes`)
  if (commits.length === 0 || added.length > 0) return
  for (const { name, subject } of commits) console.error(`${name} ${subject}`)
  giveUp(
    'none of these has left a file of its change: npm run change -- patch|minor|major "Words for users."',
  )
}

function release() {
  const files = existsSync(folder) ? readdirSync(folder).filter(isChangeFile).sort() : []
  if (files.length === 0) giveUp(`there is nothing to release: ${folder} has no file of a change`)
  const paths = files.map((name) => join(folder, name))
  const changes = paths.map(read)
  const manifest = json('package.json')
  const lock = json('package-lock.json')
  const version = nextVersion(manifest.version, changes)
  console.log(`${manifest.version} → ${version}, ${changes.length} changes`)
  writeFileSync('CHANGELOG.md', withRelease(readFileSync('CHANGELOG.md', 'utf8'), version, changes))
  writeJson('package.json', { ...manifest, version })
  const own = { ...lock.packages[''], version }
  writeJson('package-lock.json', { ...lock, version, packages: { ...lock.packages, '': own } })
  for (const path of paths) rmSync(path)
}

function read(path) {
  const example = written({ kind: 'minor', words: 'What is new.' })
  return readChange(readFileSync(path, 'utf8')) ?? giveUp(`${path} tells no change; one reads:\n\n${example}`)
}

function json(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** As npm writes it. */
function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`)
}

function giveUp(why) {
  console.error(why)
  process.exit(1)
}
