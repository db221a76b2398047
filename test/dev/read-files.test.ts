import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { connectV2 } from '../support/clients.ts'
import { Edited, editedServer, textOf } from '../support/dev.ts'
import { times } from '../support/program.ts'
import { rarely } from '../support/whole.ts'

const reloads = (edited: Edited) => edited.dev.stderr.match(/ reload /g)?.length ?? 0

/** Reads in every way while it loads, and says what it has found; `write` changes what it has read. */
const reading = `
import fs, { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
const here = (name) => join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, name)
const words = JSON.parse(readFileSync(here('words.json'), 'utf8')).word
const later = await readFile(new URL('later.txt', import.meta.url), 'utf8')
const stream = await new Promise((resolve) => fs.createReadStream(here('stream.txt'), 'utf8').on('data', resolve))
const skills = readdirSync(here('skills'), { recursive: true }).filter((name) => name.endsWith('.md')).sort().join()
const extra = existsSync(here('extra/deep/one.json')) ? 'extra' : 'none'
const tools = []
for (const name of readdirSync('tools').sort()) tools.push((await import(here('tools/' + name))).default)
let counter = Number(readFileSync(here('counter'), 'utf8'))
server.registerTool('read', {}, () => text([words, later, stream, skills, extra, tools].join(' ')))
server.registerTool('write', {}, async () => {
  writeFileSync(here('counter'), String(++counter))
  await appendFile(here('later.txt'), '')
  writeFileSync(here('skills/own.md'), String(counter))
  fs.mkdirSync(here('skills/folder'), { recursive: true })
  return text(counter)
})`

const files = {
  'server.ts': editedServer('first', reading),
  'words.json': '{ "word": "word" }',
  'later.txt': 'later',
  'stream.txt': 'stream',
  'skills/a/one.md': 'one',
  'tools/first.ts': "export default 'first'",
  counter: '1',
  'package.json': '{ "type": "module" }',
}

test('what was read, listed or looked for while loading is watched', async () => {
  await using edited = new Edited([], { files })
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'read'), 'word later stream a/one.md none first')
  const { project } = edited
  const changes: [name: string, change: () => void, read: string][] = [
    [
      'read',
      () => project.write('words.json', '{ "word": "WORD" }'),
      'WORD later stream a/one.md none first',
    ],
    ['by promise', () => project.write('later.txt', 'LATER'), 'WORD LATER stream a/one.md none first'],
    ['streamed', () => project.write('stream.txt', 'STREAM'), 'WORD LATER STREAM a/one.md none first'],
    [
      'deeper',
      () => project.write('skills/a/two.md', 'two'),
      'WORD LATER STREAM a/one.md,a/two.md none first',
    ],
    ['removed', () => rmSync(project.path('skills/a/one.md')), 'WORD LATER STREAM a/two.md none first'],
    [
      'computed',
      () => project.write('tools/second.ts', "export default 'second'"),
      'WORD LATER STREAM a/two.md none first,second',
    ],
    [
      'appears',
      () => project.write('extra/deep/one.json', '{}'),
      'WORD LATER STREAM a/two.md extra first,second',
    ],
    [
      'loaded by a name made up',
      () => project.write('tools/first.ts', "export default 'FIRST'"),
      'WORD LATER STREAM a/two.md extra FIRST,second',
    ],
    [
      'again',
      () => project.write('words.json', '{ "word": "again" }'),
      'again LATER STREAM a/two.md extra FIRST,second',
    ],
  ]
  for (const [index, [name, change, read]] of changes.entries()) {
    change()
    await edited.dev.until(times(' reload ', index + 1))
    assert.equal(await textOf(client, 'read'), read, name)
    // A second reload of the same change would be seen here.
    await delay(300)
    assert.equal(reloads(edited), index + 1, name)
  }
  await client.close()
})

test('what the server writes itself is no reason to reload, though it has read it', async () => {
  await using edited = new Edited([], { files })
  const client = await connectV2({ http: await edited.url() })
  for (const expected of ['2', '3', '4']) assert.equal(await textOf(client, 'write'), expected)
  // What is the same as before is no change either, nor is what editors and databases leave for a moment.
  edited.project.write('words.json', files['words.json'])
  edited.project.write('skills/.two.md.swp', '')
  edited.project.write('skills/data.db-journal', '')
  await delay(500)
  assert.equal(reloads(edited), 0)
  await client.close()
})

rarely('data that breaks the load is told of, and its next save is loaded', async () => {
  await using edited = new Edited([], { files })
  const client = await connectV2({ http: await edited.url() })
  edited.project.write('words.json', '{ "word": ')
  await edited.dev.until(/✗[\s\S]*still serving/)
  assert.match(await textOf(client, 'read'), /^word /)
  edited.project.write('words.json', '{ "word": "mended" }')
  await edited.dev.until(/fixed, /)
  assert.match(await textOf(client, 'read'), /^mended /)
  await client.close()
})

rarely('a server that only loads once its data is there is loaded when it is', async () => {
  const { counter, ...others } = files
  await using edited = new Edited([], { files: others })
  await edited.dev.until(/✗[\s\S]*waiting for a save/)
  edited.project.write('counter', counter)
  await edited.dev.until(/ready/)
  mkdirSync(edited.project.path('unrelated'))
})

test('a save that changes a comment says that, once for each', async () => {
  await using edited = new Edited([], { files })
  await edited.dev.until(/ready/)
  for (const count of [1, 2]) {
    edited.project.write('server.ts', `${files['server.ts']}\n// comment ${count}`)
    await edited.dev.until(times('no change in code', count))
    await delay(300)
    assert.equal(edited.dev.stderr.match(/no change in code/g)?.length, count)
  }
  assert.equal(reloads(edited), 0)
})

rarely('--poll looks for changes where the system does not report them', async () => {
  const silent = `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    import { EventEmitter } from 'node:events'
    fs.watch = () => Object.assign(new EventEmitter(), { close() {}, ref() {}, unref() {} })
    syncBuiltinESMExports()`
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(silent)}`
  await using edited = new Edited(['--poll'], { files, env: { NODE_OPTIONS } })
  const client = await connectV2({ http: await edited.url() })
  await textOf(client, 'read')
  edited.project.write('words.json', '{ "word": "polled" }')
  await edited.dev.until(/ reload /)
  assert.match(await textOf(client, 'read'), /^polled /)
  edited.project.write('server.ts', editedServer('second', reading))
  await edited.dev.until(/~version/)
  await client.close()
})
