import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { root } from './support/program.ts'

/** The rooms of the house, from the ground up. A file may import from its own room and from those below. */
const floors = [
  'terminal',
  'protocol',
  'files',
  'process',
  'options',
  'store',
  'sessions',
  'transports',
  'patches',
  'serve',
  'loader',
  'remote',
  'npm',
  'library',
  'scaffold',
  'install',
  'runner',
  'build',
  'dev',
  'client',
  'commands',
  'cli',
]
/** The most files that a folder may have. */
const most = 18

const src = join(root, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

const roomOf = (file: string) => file.split('/')[0] ?? ''
const floorOf = (file: string) => floors.indexOf(roomOf(file))

/** What a file imports of ours; types count too. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s[^'"]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gms)
  return [...found].map(([, from, loaded]) =>
    relative(src, resolve(src, dirname(file), from ?? loaded ?? '')),
  )
}

test('every file is in a known room', () => {
  for (const file of files) assert.notEqual(floorOf(file), -1, `${file} is in no room of the house`)
})

test('arrows run one way', () => {
  for (const file of files) {
    for (const to of importsOf(file))
      assert.ok(floorOf(to) <= floorOf(file), `${file} must not import ${to}, which stands above it`)
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

test('no folder is a heap', () => {
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    const held = files.filter((file) => dirname(file) === folder).length
    assert.ok(held <= most, `${folder} has ${held} files`)
  }
})

/** What parses command lines: commander is written for `require`, which what serves in another bundle has not. */
const parsers =
  /^(options\/(command-line|run-arguments)\.ts|options\/help\/|commands\/|cli\/|build\/serve-bundle\.ts)/

test('only what parses a command line loads commander', () => {
  const loads = /^import (?!type\b)[^'"]*?from '[^']*(commander|command-line\.ts)'/ms
  for (const file of files.filter((one) => !parsers.test(one))) {
    const imports = readFileSync(join(src, file), 'utf8').match(/^import .*?'$/gms) ?? []
    const values = imports.filter((one) => loads.test(one) && !/^import \{( type \w+,?)+ \}/.test(one))
    assert.deepEqual(values, [], file)
  }
})
