import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { after, describe, test } from 'node:test'
import { asTyped, commandsIn, settingsFor } from '../support/as-typed.ts'
import { allowInstalls } from '../support/limits.ts'
import { fastmcp, root } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

allowInstalls()

/** The folder of the server, whose name has what names have. */
const name = 'eigene Dateien äö'

interface Case {
  /** The source that prints the command. */
  from: string
  files: Record<string, string>
  /** @param at the folder of the server as it is typed: nothing in it, or its name from the folder above. */
  args: (at: string) => string[]
  /** @param quoted a file of that folder as it stands in a command. */
  expected: (quoted: (file: string) => string) => string[]
}

const server = { 'server.mjs': serverSource() }
const several = `${serverSource('export const a =')}export const b = new McpServer({ name: 'b', version: '1' })`

const cases: Case[] = [
  {
    from: 'cli/cli.ts',
    files: { 'a b.mjs': serverSource() },
    args: (at) => [`${at}a b.mjs`],
    expected: (file) => [`fastmcp run ${file('a b.mjs')}`],
  },
  {
    from: 'client/call-arguments.ts',
    files: server,
    args: (at) => ['call', `${at}server.mjs`],
    expected: (file) => [`fastmcp list ${file('server.mjs')}`],
  },
  {
    from: 'loader/choose.ts',
    files: { 'two.mjs': several },
    args: (at) => ['run', `${at}two.mjs`],
    expected: (file) => [`fastmcp run ${file('two.mjs:a')}`, `fastmcp run ${file('two.mjs:b')}`],
  },
  {
    from: 'loader/faults/no-server.ts',
    files: { 'none.mjs': 'export function add() {}\n' },
    args: (at) => ['run', `${at}none.mjs`],
    expected: (file) => [`fastmcp run --exec "node ${file('none.mjs')}"`],
  },
  {
    from: 'install/named-client.ts',
    files: { ...server, 'own.json': '{ "mcpServers": [] }' },
    args: (at) => ['install', 'cursor', `${at}server.mjs`, '--config', `${at}own.json`, '--name', 'mine'],
    expected: (file) => [`fastmcp install mcp-json ${file('server.mjs')} --name mine`],
  },
  {
    from: 'commands/install.ts',
    files: server,
    args: (at) => ['install', 'cursor', `${at}server.mjs`],
    expected: () => ['fastmcp uninstall cursor plain'],
  },
  {
    from: 'install/configured-servers.ts',
    files: server,
    args: () => ['list', '@cursor/nothing'],
    expected: () => ['fastmcp discover'],
  },
]

/** What else prints commands, and where they are run, or why they are not. */
const elsewhere: Readonly<Record<string, string>> = {
  'runner/next-steps.ts': 'test/cli/next-commands, at a terminal',
  'files/other-language.ts': 'needs the program of that language; test/unit/files has the texts',
  'commands/init.ts': 'test/companions/init, and test/site/tutorial goes on from there',
  'commands/build.ts': 'test/companions/build starts what it names',
  'commands/discover.ts': 'shows commands of others as they are configured, which are not to be typed',
  'commands/cache.ts': 'would empty the cache; test/unit has the text',
  'install/lasting-server.ts': 'quotes the command of an entry; test/companions/install starts it',
  'build/serve-bundle.ts': 'the help of a built file; test/companions/build',
  'client/offers.ts': 'about a server that official clients reject; test/companions/inspect-faults',
  'loader/find-server.ts':
    'names node and the file of a server that serves itself; test/companions/self-served',
  'loader/faults/env-hint.ts': 'is a flag to add; test/load has it',
  'loader/faults/missing-module.ts': 'installs a package; test/load has the text',
  'loader/faults/other-tool.ts': 'names the tool of another framework, which is not there',
  'remote/login/saved-login.ts': 'logs in where the keyring does not open; test/login/keyring has the text',
  'remote/login/login-fault.ts': 'logs in at a server; test/login does',
  'remote/login/login-provider.ts': 'forgets a login; test/login does',
}

describe('every command that the program prints', () => {
  const src = join(root, 'src')
  const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(sep, '/'))
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /from '[./]*terminal\/shell-command\.ts'/.test(readFileSync(join(src, file), 'utf8')))

  test('is run here, or stands with the reason why not', () => {
    const known = [...cases.map(({ from }) => from), ...Object.keys(elsewhere)]
    assert.deepEqual([...sources].sort(), [...new Set(known)].sort())
  })

  const projects: Project[] = []
  after(() => {
    for (const project of projects) project[Symbol.dispose]()
  })

  const rows = cases.flatMap((one) => [
    { ...one, at: '', where: 'in its folder' },
    { ...one, at: `${name}/`, where: 'from another folder' },
  ])
  for (const { from, files, args, expected, at, where } of chosen(rows, 5, 1)) {
    test(`${from}, ${where}`, async () => {
      const project = new Project({})
      projects.push(project)
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(project.path(`${name}/${file}`)), { recursive: true })
        writeFileSync(project.path(`${name}/${file}`), text)
      }
      const cwd = at === '' ? project.path(name) : project.folder
      const { stderr } = await fastmcp(args(at), { cwd, env: settingsFor(project.folder) })
      const quoted = (file: string) => (/^[\w./:-]+$/.test(at + file) ? file : `'${at}${file}'`)
      const found = commandsIn(stderr)
      // What is long goes on in the next line, behind a backslash.
      assert.deepEqual(found, expected(quoted), stderr)
      for (const command of found) await asTyped(command, cwd, settingsFor(project.folder))
    })
  }
})
