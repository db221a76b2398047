import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { connectV2 } from '../support/clients.ts'
import { Edited, editedServer, textOf } from '../support/dev.ts'
import { times } from '../support/program.ts'
import { rarely } from '../support/whole.ts'

const reloads = (edited: Edited) => edited.dev.stderr.match(/ reload /g)?.length ?? 0

/** A server that says what an imported file, a JSON file and a variable hold. */
const reading = `
import { word } from './lib/word.js'
import data from './data.json'
server.registerTool('read', {}, () => text([word, data.word, process.env.WORD].join(' ')))`
const files = {
  'server.ts': editedServer('first', reading),
  'lib/word.ts': "export const word = 'word'",
  'data.json': '{ "word": "json" }',
  'settings.env': 'WORD=env',
  'package.json': '{ "type": "module" }',
  'tsconfig.json': '{}',
}

test('everything that was loaded or decided anything is watched', async () => {
  await using edited = new Edited(['--env-file', 'settings.env'], { files })
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'read'), 'word json env')
  const changes: [file: string, text: string][] = [
    ['lib/word.ts', "export const word = 'WORD'"],
    ['data.json', '{ "word": "JSON" }'],
    ['settings.env', 'WORD=ENV'],
    ['package.json', '{ "type": "module", "version": "2.0.0" }'],
    ['tsconfig.json', '{ "compilerOptions": { "target": "es2023" } }'],
  ]
  for (const [index, [file, text]] of changes.entries()) {
    edited.project.write(file, text)
    await edited.dev.until(new RegExp(`( reload [\\s\\S]*){${index + 1}}`))
  }
  assert.equal(await textOf(client, 'read'), 'WORD JSON ENV')
  await client.close()
})

test('what the server writes itself, and what changes nothing, is no reason to reload', async () => {
  await using edited = new Edited([], { files })
  const client = await connectV2({ http: await edited.url() })
  const pid = await textOf(client, 'pid')
  appendFileSync(edited.project.path('server.log'), 'written beside the sources\n')
  edited.project.write('other.ts', 'export const unused = 1')
  edited.project.write('server.ts', files['server.ts'])
  await delay(500)
  assert.equal(reloads(edited), 0)
  assert.equal(await textOf(client, 'pid'), pid)
  await client.close()
})

test('--watch adds files and --ignore takes them away', async () => {
  await using edited = new Edited(['--watch', 'content/**/*.md', '--ignore', 'data.json'], {
    files: { ...files, 'content/en/page.md': 'one' },
  })
  await edited.dev.until(/ready/)
  edited.project.write('data.json', '{ "word": "ignored" }')
  edited.project.write('content/en/page.txt', 'no page')
  await delay(500)
  assert.equal(reloads(edited), 0)
  edited.project.write('content/en/page.md', 'two')
  await edited.dev.until(/ reload /)
})

rarely('a second file of the same name elsewhere is another file', async () => {
  await using edited = new Edited([], { files: { ...files, 'elsewhere/server.ts': 'nothing' } })
  await edited.dev.until(/ready/)
  edited.project.write('elsewhere/server.ts', 'something')
  await delay(300)
  assert.equal(reloads(edited), 0)
})

test('fastmcp.json is watched when it was read, and what it says about the server is taken anew', async () => {
  const config = (word: string) => JSON.stringify({ source: 'server.ts', env: { WORD: word } })
  await using edited = new Edited([], {
    files: { ...files, 'fastmcp.json': config('one') },
    spec: 'fastmcp.json',
  })
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'read'), 'word json one')
  edited.project.write('fastmcp.json', config('two'))
  await edited.dev.until(/ reload /)
  assert.equal(await textOf(client, 'read'), 'word json two')
  edited.project.write('fastmcp.json', '{ "source": "server.ts", "prot": 1 }')
  await edited.dev.until(/unknown option "prot"[\s\S]*still serving/)
  assert.equal(await textOf(client, 'read'), 'word json two')
  await client.close()
})

rarely('where the system cannot watch, files are looked at, and one line says so', async () => {
  // As on a machine that has no watches left, or a folder on a network drive.
  const unable = `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    fs.watch = () => { throw Object.assign(new Error('System limit for file watchers reached'), { code: 'ENOSPC' }) }
    syncBuiltinESMExports()`
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(unable)}`
  await using edited = new Edited(['--watch', 'content/*.md'], {
    files: { ...files, 'content/page.md': 'one' },
    env: { NODE_OPTIONS },
  })
  await edited.dev.until(/ready/)
  await edited.dev.until(/watching failed, polling every 100 ms instead: System limit/)
  edited.project.write('server.ts', editedServer('second', reading))
  await edited.dev.until(/~version/)
  edited.project.write('lib/word.ts', "export const word = 'WORD'")
  await edited.dev.until(times(' reload ', 2))
  edited.project.write('content/page.md', 'two')
  await edited.dev.until(times(' reload ', 3))
  assert.equal(edited.dev.stderr.match(/watching failed/g)?.length, 1)
})

rarely('a source behind a symbolic link is watched where it is', async () => {
  await using edited = new Edited([], {
    files: { 'server.ts': editedServer('first', reading), 'data.json': '{ "word": "json" }' },
  })
  // What is linked is there before the program has looked.
  edited.project.write('elsewhere/word.ts', "export const word = 'linked'")
  symlinkSync(edited.project.path('elsewhere'), edited.project.path('lib'))
  const client = await connectV2({ http: await edited.url() })
  await edited.dev.until(/ready/)
  assert.match(await textOf(client, 'read'), /^linked json/)
  edited.project.write('elsewhere/word.ts', "export const word = 'changed'")
  await edited.dev.until(/ reload /)
  assert.match(await textOf(client, 'read'), /^changed json/)
  await client.close()
})

rarely('a file whose name changes its case alone is missed, and found again', async () => {
  await using edited = new Edited([], { files })
  const client = await connectV2({ http: await edited.url() })
  await edited.dev.until(/ready/)
  const [small, large] = [edited.project.path('lib/word.ts'), edited.project.path('lib/Word.ts')]
  renameSync(small, large)
  await edited.dev.until(/lib\/word[\s\S]*still serving/)
  assert.match(await textOf(client, 'read'), /^word json/)
  edited.save('second', reading.replace('./lib/word.js', './lib/Word.js'))
  await edited.dev.until(/fixed/)
  edited.project.write('lib/Word.ts', "export const word = 'WORD'")
  await edited.dev.until(times(' reload ', 2))
  assert.match(await textOf(client, 'read'), /^WORD json/)
  await client.close()
})

rarely('what tools and git write is no reason to reload', async () => {
  await using edited = new Edited(['--watch', '**/*.md'], {
    files: { ...files, 'node_modules/.cache/x.md': '', 'page.md': 'one' },
  })
  await edited.dev.until(/ready/)
  for (const folder of ['node_modules/.cache', 'node_modules', '.git']) {
    edited.project.write(`${folder}/x.md`, 'new')
  }
  await delay(500)
  assert.equal(reloads(edited), 0)
  edited.project.write('page.md', 'two')
  await edited.dev.until(/ reload /)
})

test('the output of a workspace package is watched, also when it is put in place as a whole', async () => {
  const using = "import { word } from 'lib'\nserver.registerTool('lib', {}, () => text(word))"
  await using edited = new Edited([], {
    file: 'app/server.ts',
    files: {
      'app/server.ts': editedServer('first', using),
      'app/package.json': '{ "type": "module" }',
      'packages/lib/package.json': '{ "name": "lib", "type": "module", "exports": "./dist/index.js" }',
      'packages/lib/dist/index.js': "export const word = 'one'",
    },
  })
  const { project } = edited
  mkdirSync(project.path('app/node_modules'))
  symlinkSync('../../packages/lib', project.path('app/node_modules/lib'))
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'lib'), 'one')
  project.write('packages/lib/dist/index.js', "export const word = 'two'")
  await edited.dev.until(/ reload /)
  assert.equal(await textOf(client, 'lib'), 'two')
  renameSync(project.path('packages/lib/dist'), project.path('packages/lib/old'))
  await edited.dev.until(/cannot find "lib"/)
  project.write('packages/lib/dist/index.js', "export const word = 'three'")
  await edited.dev.until(/fixed, /)
  assert.equal(await textOf(client, 'lib'), 'three')
  await client.close()
})

test('a module that is imported if it is there is loaded once it is, in a folder that is made for it', async () => {
  const optional = "const found = await import('./made/later.js').then((it) => it.word, () => 'none')"
  await using edited = new Edited([], {
    files: {
      'server.ts': editedServer('first', `${optional}\nserver.registerTool('later', {}, () => text(found))`),
      'package.json': '{ "type": "module" }',
    },
  })
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'later'), 'none')
  edited.project.write('made/later.ts', "export const word = 'made'")
  await edited.dev.until(/ reload /)
  assert.equal(await textOf(client, 'later'), 'made')
  await client.close()
})
