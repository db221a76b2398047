import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { encodeText } from '../../src/files/text-file.ts'
import { editConfig, planInstall } from '../../src/install/edit-config.ts'
import { hostClients } from '../../src/install/host-clients.ts'
import { Home } from '../support/client-home.ts'
import { root } from '../support/program.ts'
import { rarely } from '../support/whole.ts'

const weather = join(root, 'examples', 'weather.ts')
const cursor = hostClients.find(({ name }) => name === 'cursor') ?? assert.fail()

const install = (home: Home, name: string, ...more: string[]) =>
  home.run('install', 'cursor', weather, '--name', name, ...more)
const uninstall = (home: Home, name: string) => home.run('uninstall', 'cursor', name)
const config = (home: Home) => JSON.parse(readFileSync(home.path('.cursor/mcp.json'), 'utf8'))
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `server-${from + index}`)

describe('several writers of one file', () => {
  test('eight at once, and then eight that come and go, lose nothing', async () => {
    using home = new Home({})
    const outcomes = await Promise.all(numbered(0, 8).map((name) => install(home, name)))
    assert.deepEqual(
      outcomes.map(({ stderr, code }) => (code === 0 ? '' : stderr)),
      Array(8).fill(''),
    )
    assert.deepEqual(Object.keys(config(home).mcpServers).sort(), numbered(0, 8))
    await Promise.all([
      ...numbered(0, 4).map((name) => uninstall(home, name)),
      ...numbered(8, 12).map((name) => install(home, name)),
    ])
    assert.deepEqual(Object.keys(config(home).mcpServers).sort(), numbered(4, 12).sort())
    const left = readdirSync(home.path('.cursor')).filter(
      (name) => !/^mcp\.json(\.before-.*\.bak)?$/.test(name),
    )
    assert.deepEqual(left, [])
  })

  test('what the client writes between our look and our change is kept', async () => {
    using home = new Home({ '.cursor/mcp.json': '{ "mcpServers": {} }' })
    const path = home.path('.cursor/mcp.json')
    let looks = 0
    await editConfig(cursor, path, (file) => {
      const change = planInstall(cursor, file, ['ours', { command: 'x' }], 'fastmcp install')
      if (looks++ === 0) writeFileSync(path, '{ "mcpServers": { "theirs": {} }, "theme": "dark" }')
      return change
    })
    assert.deepEqual(config(home), { mcpServers: { ours: { command: 'x' }, theirs: {} }, theme: 'dark' })
    assert.equal(looks, 2)
  })

  test('a client that never stops writing is left alone', async () => {
    using home = new Home({ '.cursor/mcp.json': '{}' })
    const path = home.path('.cursor/mcp.json')
    let writes = 0
    const edited = editConfig(cursor, path, (file) => {
      const change = planInstall(cursor, file, ['ours', { command: 'x' }], 'fastmcp install')
      writeFileSync(path, `{ "writes": ${++writes} }`)
      return change
    })
    await assert.rejects(edited, /Cursor keeps writing .*mcp\.json/)
    assert.deepEqual(config(home), { writes })
  })

  test('a lock that a program has left behind is taken away; what is no lock is not', async () => {
    using home = new Home({ '.cursor/mcp.json': '{}' })
    const lock = home.path('.cursor/mcp.json.lock')
    mkdirSync(lock)
    utimesSync(lock, new Date(0), new Date(0))
    assert.equal((await install(home, 'weather')).code, 0)
    assert.equal(existsSync(lock), false)
    mkdirSync(lock)
    writeFileSync(`${lock}/mine`, '')
    utimesSync(lock, new Date(0), new Date(0))
    const refused = await home.runFor(40_000, 'install', 'cursor', weather, '--name', 'other')
    assert.equal(refused.code, 1)
    assert.match(
      refused.stderr,
      /mcp\.json cannot be written: .*mcp\.json\.lock is in the way\n {2}left unchanged/,
    )
    assert.ok(existsSync(`${lock}/mine`))
  })
})

describe('a file that', () => {
  for (const [name, form] of Object.entries({
    'begins with a mark': { encoding: 'utf8', mark: true },
    'is UTF-16': { encoding: 'utf16le', mark: true },
    'is UTF-16, big end first': { encoding: 'utf16be', mark: true },
  } as const)) {
    test(`${name} stays so`, async () => {
      using home = new Home({ '.cursor/x': '' })
      const before = encodeText('{\r\n  "mcpServers": {\r\n    "ü": { "command": "x" }\r\n  }\r\n}\r\n', form)
      writeFileSync(home.path('.cursor/mcp.json'), before)
      assert.equal((await install(home, 'weather')).code, 0)
      const between = readFileSync(home.path('.cursor/mcp.json'))
      assert.deepEqual(between.subarray(0, 4), before.subarray(0, 4))
      assert.ok(!/[^\r]\n/.test(between.toString('latin1').replaceAll('\0', '')))
      const { stdout } = await home.run('discover', '--json')
      assert.match(stdout, /@cursor\/ü[\s\S]*@cursor\/weather|@cursor\/weather[\s\S]*@cursor\/ü/)
      assert.equal((await uninstall(home, 'weather')).code, 0)
      assert.deepEqual(readFileSync(home.path('.cursor/mcp.json')), before)
    })
  }

  for (const [name, bytes] of Object.entries({
    'is neither UTF-8 nor UTF-16': Buffer.from('{ "ü": 1 }', 'latin1'),
    'is UTF-16 and does not say so': Buffer.from('{}', 'utf16le'),
  })) {
    test(`${name} is left as it is, and why is said`, async () => {
      using home = new Home({ '.cursor/x': '' })
      writeFileSync(home.path('.cursor/mcp.json'), bytes)
      const { code, stderr } = await install(home, 'weather')
      assert.equal(code, 1)
      assert.match(stderr, /mcp\.json is invalid: it is .*: save it as UTF-8\n/)
      assert.deepEqual(readFileSync(home.path('.cursor/mcp.json')), bytes)
    })
  }

  test('is to be behind a link to nothing is made there, and the link stays', async () => {
    using home = new Home({ 'dot/x': '' })
    mkdirSync(home.path('.cursor'))
    symlinkSync('second.json', home.path('dot/first.json'))
    symlinkSync('../dot/first.json', home.path('.cursor/mcp.json'))
    assert.equal((await install(home, 'weather')).code, 0)
    assert.equal(readlinkSync(home.path('.cursor/mcp.json')), '../dot/first.json')
    assert.ok(lstatSync(home.path('dot/second.json')).isFile())
    assert.ok(config(home).mcpServers.weather)
    assert.equal((await uninstall(home, 'weather')).code, 0)
    assert.ok(lstatSync(home.path('.cursor/mcp.json')).isSymbolicLink())
    assert.deepEqual(readdirSync(home.path('dot')).sort(), ['first.json', 'x'])
  })

  rarely('is no file is refused with words', async () => {
    using home = new Home({ 'folder/x': '' })
    mkdirSync(home.path('.cursor/mcp.json'), { recursive: true })
    symlinkSync('circle.json', home.path('circle.json'))
    for (const [words, code, says] of [
      [
        ['--config', home.path('folder')],
        2,
        /--config \S+folder is a folder\n {2}name the file: \S+folder\/mcp\.json/,
      ],
      [[], 1, /mcp\.json is invalid: it is a folder\n/],
      [['--config', home.path('circle.json')], 1, /its links lead in a circle\n/],
      [['--config', '/dev/null'], 1, /it is not a regular file\n/],
      [['--config', home.path('folder/x/y.json')], 1, /y\.json/],
    ] as const) {
      for (const act of [
        ['install', 'cursor', weather, '--name', 'w'],
        ['uninstall', 'cursor', 'w'],
      ]) {
        const outcome = await home.run(...act, ...words)
        const refused = outcome.code === code && says.test(outcome.stderr)
        const none = act[0] === 'uninstall' && outcome.code === 2
        assert.ok((refused || none) && !/^\s+at /m.test(outcome.stderr), outcome.stderr)
      }
    }
    assert.ok(statSync('/dev/null').isCharacterDevice())
  })

  rarely('has servers under names that every object has takes them in and out', async () => {
    using home = new Home({})
    for (const name of ['__proto__', 'constructor']) {
      const { code, stderr } = await install(home, name)
      assert.equal(code, 0, stderr)
    }
    assert.deepEqual(Object.keys(config(home).mcpServers).sort(), ['__proto__', 'constructor'])
    assert.match((await home.run('list', '@cursor/__proto__')).stdout, /forecast/)
    for (const name of ['constructor', '__proto__']) assert.equal((await uninstall(home, name)).code, 0)
    assert.equal(existsSync(home.path('.cursor/mcp.json')), false)
  })
})
