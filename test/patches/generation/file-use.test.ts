import assert from 'node:assert/strict'
import fs, { readFileSync, writeFileSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type FileUse, watchFileUse } from '../../../src/patches/generation/file-use.ts'

const folder = fs.mkdtempSync(join(tmpdir(), 'fastmcp-file-use-'))
const before = { readFile: fs.readFile, printed: String(fs.createReadStream), keys: Object.keys(fs) }
const heard: [FileUse, string][] = []
watchFileUse((use, path) => {
  if (path.startsWith(folder)) heard.push([use, path.slice(folder.length + 1)])
})

/** What is told of while something is done, without repetitions: Node builds some on others. */
async function told(doing: () => unknown): Promise<string[]> {
  heard.length = 0
  await doing()
  return [...new Set(heard.map(([use, path]) => `${use} ${path}`))].sort()
}

const at = (name: string) => join(folder, name)
const ways: Record<string, [doing: () => unknown, expected: string[]]> = {
  writeFileSync: [() => writeFileSync(at('a'), 'text'), ['written a']],
  readFileSync: [() => readFileSync(at('a')), ['read a']],
  'a URL': [() => readFileSync(pathToFileURL(at('a'))), ['read a']],
  'a buffer': [() => readFileSync(Buffer.from(at('a'))), ['read a']],
  'require("fs").promises': [
    () => createRequire(import.meta.url)('fs').promises.readFile(at('a')),
    ['read a'],
  ],
  'promisified readFile': [() => promisify(fs.readFile)(at('a')), ['read a']],
  'promises.readdir': [() => readdir(folder), ['read ']],
  'promises.readdir, recursive': [() => readdir(folder, { recursive: true }), ['read deep ']],
  'promises.open to read': [async () => (await open(at('a'))).close(), ['read a']],
  'promises.open to append': [async () => (await open(at('a'), 'a')).close(), ['held open a']],
  'openSync by number': [() => fs.closeSync(fs.openSync(at('a'), fs.constants.O_RDWR)), ['held open a']],
  existsSync: [() => fs.existsSync(at('none')), ['looked for none']],
  renameSync: [() => fs.renameSync(at('a'), at('b')), ['written a', 'written b']],
  copyFile: [() => fs.promises.copyFile(at('b'), at('c')), ['written c']],
  unlink: [() => promisify(fs.unlink)(at('c')), ['written c']],
}

for (const [name, [doing, expected]] of Object.entries(ways))
  test(`${name} is told of`, async () => assert.deepEqual(await told(doing), expected))

test('what is wrong with a path is for Node to say', () => {
  assert.throws(() => readFileSync(`${folder}\0`), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.throws(() => Reflect.apply(readFileSync, fs, [undefined]), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('the functions look as before', () => {
  assert.equal(fs.readFile.name, before.readFile.name)
  assert.equal(fs.readFile.length, before.readFile.length)
  assert.deepEqual(Object.keys(fs), before.keys)
  assert.equal(fs.readFileSync, readFileSync)
})

test.after(() => fs.rmSync(folder, { recursive: true }))
