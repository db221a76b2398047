import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { root } from './support/program.ts'

/** The rooms of the house, from the ground up. A file may import from its own room and from those below. */
const floors: readonly (readonly string[])[] = [
  ['leaves', 'cache', 'config', 'json', 'terminal', 'protocol', 'files', 'process', 'options'],
  ['sessions'],
  ['transports', 'capture', 'patches'],
  ['serve'],
  ['loader'],
  ['gateway', 'remote'],
  ['npm'],
  ['library'],
  ['scaffold'],
  ['install'],
  ['build'],
  ['runner'],
  ['dev'],
  ['client'],
  ['commands'],
  ['cli'],
]

const src = join(root, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

function roomOf(file: string): string {
  const folder = file.split('/')[0] ?? ''
  if (folder === 'cli.ts') return 'cli'
  return folder.endsWith('.ts') ? 'leaves' : folder
}

const floorOf = (room: string) => floors.findIndex((rooms) => rooms.includes(room))

/** What a file imports of ours; types count too. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s[^'"]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gms)
  return [...found].map(([, from, loaded]) =>
    relative(src, resolve(src, dirname(file), from ?? loaded ?? '')),
  )
}

test('every file is in a known room', () => {
  for (const file of files) assert.notEqual(floorOf(roomOf(file)), -1, `${file} is in no room of the house`)
})

test('arrows run one way', () => {
  for (const file of files) {
    for (const to of importsOf(file)) {
      const [from, into] = [roomOf(file), roomOf(to)]
      const down = floorOf(into) < floorOf(from)
      const sameLeaves = floorOf(from) === 0 && floorOf(into) === 0
      assert.ok(from === into || down || sameLeaves, `${file} must not import ${to}`)
    }
  }
})

test('no file imports itself through others', () => {
  const graph = new Map(files.map((file) => [file, importsOf(file)]))
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `a cycle: ${[...path, file].join(' → ')}`)
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
})

test('files are small and named for one thing', () => {
  for (const file of files) {
    const text = readFileSync(join(src, file), 'utf8')
    assert.ok(text.split('\n').length <= 251, `${file} is longer than 250 lines`)
    assert.ok(!/(^|\/)(utils?|index|helpers?)\.ts$/.test(file), `${file} has a name that says nothing`)
  }
})
