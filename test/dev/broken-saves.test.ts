import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { clientV2, connectV2 } from '../support/clients.ts'
import { Edited, editedServer, eventually, textOf } from '../support/dev.ts'
import { times } from '../support/program.ts'
import { chosen, rarely } from '../support/whole.ts'

/** What people save by mistake, and what the terminal says of it. */
const mistakes: [name: string, source: string, words: RegExp][] = [
  ['a syntax error', 'export const server = (;', /server\.ts:1:24 {2}Unexpected ";"[\s\S]*\^/],
  ['a throw at import', "throw new Error('no key')", /threw while loading: no key/],
  ['an import of nothing', "import './missing.ts'", /missing\.ts/],
  ['a package that is not installed', "import 'no-such-package-at-all'", /npm i no-such-package-at-all/],
  ['no server', 'export const answer = 42', /no MCP server/],
  ['an empty file', '', /no MCP server/],
  ['an exit at the top level', 'process.exit(3)', /exited with code 3|process\.exit\(3\)/],
  ['a rejection', "await Promise.reject(new Error('rejected'))", /rejected/],
  ['an endless loop', 'for (;;) {}', /did not finish loading in 4 s\. Allow more with --load-timeout\./],
  ['an await that never ends', 'await new Promise(() => {})', /did not finish loading/],
  ['a crash in a timer while it loads', crashLater(), /late/],
]

function crashLater(): string {
  return "setTimeout(() => { throw new Error('late') }, 10)\nawait new Promise((resolve) => setTimeout(resolve, 500))"
}

describe('a save that does not load leaves the last good one serving', () => {
  for (const [name, source, words] of chosen(mistakes, 6)) {
    test(name, async () => {
      await using edited = new Edited(words.source.includes('did not finish') ? ['--load-timeout', '4'] : [])
      const client = await connectV2({ http: await edited.url() })
      assert.equal(await textOf(client, 'version'), 'first')
      edited.project.write(edited.file, source)
      await edited.dev.until(words)
      await edited.dev.until(/still serving the save of \d\d:\d\d:\d\d · 1 session\b/)
      assert.equal(await textOf(client, 'version'), 'first')
      edited.save('second')
      await edited.dev.until(/fixed/)
      assert.equal(await textOf(client, 'version'), 'second')
      assert.doesNotMatch(edited.dev.stderr, /esbuild|node:internal|dist\//)
      await client.close()
    })
  }
})

rarely('the same mistake saved again is not printed again', async () => {
  await using edited = new Edited()
  await edited.dev.until(/ready/)
  edited.project.write(edited.file, 'export const server = (;')
  await edited.dev.until(/still serving/)
  edited.project.write(edited.file, 'export const server = (; ')
  // What is not printed cannot be waited for; it would be printed after a quarter of a second.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  edited.save('second')
  await edited.dev.until(/fixed/)
  assert.equal(edited.dev.stderr.match(/Unexpected/g)?.length, 1)
})

rarely('clients that hear of errors are told once, where the server can log', async () => {
  const source = (version: string) =>
    editedServer(version).replace(
      "version: '1.0.0' }",
      "version: '1.0.0' }, { capabilities: { logging: {} } }",
    )
  await using edited = new Edited([], { files: { 'server.ts': source('first') } })
  const url = await edited.url()
  const heard: unknown[][] = [[], []]
  const clients = await Promise.all(
    heard.map((messages, index) => {
      const client = clientV2(`client-${index}`)
      client.setNotificationHandler('notifications/message', ({ params }) => void messages.push(params))
      return connectV2({ http: url }, client)
    }),
  )
  await clients[1]?.setLoggingLevel('emergency')
  edited.project.write(edited.file, 'export const server = (;')
  await eventually(() => (heard[0]?.length ?? 0) > 0 || undefined)
  edited.project.write(edited.file, source('second'))
  await edited.dev.until(/fixed/)
  for (const client of clients) assert.equal(await textOf(client, 'version'), 'second')
  assert.equal(heard[0]?.length, 1)
  assert.match(
    JSON.stringify(heard[0]),
    /"level":"error","logger":"fastmcp dev","data":"server\.ts:1:24 {2}Unexpected/,
  )
  assert.match(JSON.stringify(heard[0]), /still serving the save of/)
  assert.deepEqual(heard[1], [])
  await Promise.all(clients.map((client) => client.close()))
})

test('a mistake in a file it imports is shown there, and the fix is seen', async () => {
  const files = { 'src/word.ts': "export const word = 'one'", 'src/tsconfig.json': '{}' }
  await using edited = new Edited([], { files, file: 'src/server.ts' })
  const withWord = "import { word } from './word.ts'\nserver.registerTool('word', {}, () => text(word))"
  edited.save('first', withWord)
  const client = await connectV2({ http: await edited.url() })
  await edited.dev.until(/\+word|ready/)
  edited.project.write('src/word.ts', 'export const word = ')
  await edited.dev.until(/word\.ts:1/)
  edited.project.write('src/word.ts', "export const word = 'two'")
  await edited.dev.until(/fixed/)
  assert.equal(await textOf(client, 'word'), 'two')
  await client.close()
})

test('a file that is missing is waited for', async () => {
  await using edited = new Edited()
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'version'), 'first')
  rmSync(edited.project.path(edited.file))
  await edited.dev.until(/still serving/)
  assert.equal(await textOf(client, 'version'), 'first')
  edited.save('second')
  await edited.dev.until(/fixed/)
  assert.equal(await textOf(client, 'version'), 'second')
  await client.close()
})

rarely('a folder that is renamed and comes back is no end', async () => {
  await using edited = new Edited([], { file: 'src/server.ts' })
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'version'), 'first')
  renameSync(edited.project.path('src'), edited.project.path('away'))
  await edited.dev.until(/still serving/)
  assert.equal(await textOf(client, 'version'), 'first')
  writeFileSync(edited.project.path('away/server.ts'), editedServer('second'))
  renameSync(edited.project.path('away'), edited.project.path('src'))
  await edited.dev.until(/fixed/)
  assert.equal(await textOf(client, 'version'), 'second')
  // And it is watched as before.
  edited.save('third')
  await edited.dev.until(/~version[\s\S]*~version/)
  assert.equal(await textOf(client, 'version'), 'third')
  await client.close()
})

test('a save in two steps is one reload and no mistake', async () => {
  await using edited = new Edited()
  await edited.dev.until(/ready/)
  const path = edited.project.path(edited.file)
  for (const [half, version] of [
    ['', 'first step'],
    [editedServer('half').slice(0, 250), 'second step'],
  ] as const) {
    writeFileSync(path, half)
    await new Promise((resolve) => setTimeout(resolve, 60))
    writeFileSync(path, editedServer(version))
    await edited.dev.until(times('~version', version === 'first step' ? 1 : 2))
  }
  mkdirSync(edited.project.path('tmp'))
  writeFileSync(edited.project.path('tmp/server.ts'), editedServer('third'))
  renameSync(edited.project.path('tmp/server.ts'), path)
  await edited.dev.until(times('~version', 3))
  assert.doesNotMatch(edited.dev.stderr, /no MCP server|✗/)
})

test('a file that does not load at the start is waited for', async () => {
  await using edited = new Edited([], { files: { 'server.ts': 'export const server = (;' } })
  await edited.dev.until(/waiting for a save that loads/)
  const refused = connectV2({ http: await edited.url() })
  await assert.rejects(refused, /fails to load/)
  edited.save('second')
  await edited.dev.until(/ready/)
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'version'), 'second')
  await client.close()
})

rarely('a file that is imported and does not load at the start is watched', async () => {
  const source = `import './part.ts'${editedServer('first')}`
  await using edited = new Edited([], { files: { 'server.ts': source, 'part.ts': 'export const part = (;' } })
  await edited.dev.until(/part\.ts:1:22[\s\S]*waiting for a save that loads/)
  edited.project.write('part.ts', 'export const part = 1')
  await edited.dev.until(/ready/)
})

/** Saves fifty times, 20 ms apart. @returns the longest pause between two saves, which a busy machine may make. */
async function saveFiftyTimes(edited: Edited, word: string): Promise<number> {
  let [last, longest] = [performance.now(), 0]
  for (let save = 1; save <= 50; save++) {
    edited.save(`${word} ${save}`)
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return longest
}

rarely('fifty saves in a second are two reloads at the most, and the last wins', async () => {
  await using edited = new Edited()
  const client = await connectV2({ http: await edited.url() })
  await edited.dev.until(/ready/)
  const reloads = () => edited.dev.stderr.match(/ reload /g)?.length ?? 0
  for (let attempt = 1; ; attempt++) {
    const before = reloads()
    const longest = await saveFiftyTimes(edited, `attempt ${attempt}, save`)
    await eventually(
      async () => (await textOf(client, 'version')) === `attempt ${attempt}, save 50` || undefined,
    )
    // What is about to come too many would come now.
    await new Promise((resolve) => setTimeout(resolve, 500))
    const made = reloads() - before
    // Saves with a pause between them are no fifty saves in a second.
    if (longest > 70 && attempt < 5) continue
    assert.ok(made <= 2, `${made} reloads`)
    break
  }
  await client.close()
})
