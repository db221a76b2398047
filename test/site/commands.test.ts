import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { tables } from '../../scripts/docs.ts'
import {
  fastmcpArguments,
  programsOf,
  shellWords,
  type Typed,
  typedCommands,
} from '../../scripts/site/commands.ts'
import { parseCommandLine } from '../../src/options/command-line.ts'
import { asTyped } from '../support/as-typed.ts'
import { allowInstalls } from '../support/limits.ts'
import { root, serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

allowInstalls()

const commands = typedCommands()
const where = ({ page, line, command }: Typed) => `${page}:${line} ${command}`

describe('what the pages tell people to type', () => {
  test('is found, in blocks and in the text', () => {
    assert.ok(commands.length > 150, `${commands.length} commands`)
    assert.deepEqual(shellWords(`a "b c" 'd e' --f="g h" $(i j)`), ['a', 'b c', 'd e', '--f=g h', '$(i j)'])
    assert.deepEqual(programsOf('A=1 b c | d && e'), [['b', 'c'], ['d'], ['e']])
    assert.deepEqual(fastmcpArguments(['npx', 'fastmcp-cli', 'run', 'x.ts']), ['run', 'x.ts'])
  })

  test('has the commands and the flags that there are', () => {
    const wrong = commands.flatMap((typed) =>
      programsOf(typed.command).flatMap((program) => {
        const args = fastmcpArguments(program)
        if (args === undefined) return []
        const [name = '', ...rest] = args
        if (['help', 'version', '--version', '--help'].includes(name)) return []
        const table = Object.hasOwn(tables, name) ? tables[name] : undefined
        if (!table) return [`${where(typed)}: no command ${name}`]
        try {
          parseCommandLine(rest, table)
          return []
        } catch (error) {
          return [`${where(typed)}: ${error instanceof Error ? error.message : error}`]
        }
      }),
    )
    assert.deepEqual(wrong, [])
  })

  test('names scripts that package.json has', () => {
    const scripts = ['package.json', 'templates/basic/package.json'].flatMap((file) =>
      Object.keys(JSON.parse(readFileSync(join(root, file), 'utf8')).scripts),
    )
    const lost = commands.filter(({ command }) => {
      const name = /^npm (?:run |(test)\b)([\w:]+)?/.exec(command)
      return name && !scripts.includes(name[1] ?? name[2] ?? '')
    })
    assert.deepEqual(lost.map(where), [])
  })

  test('is of programs that a reader has', () => {
    const strange = commands.flatMap((typed) =>
      programsOf(typed.command)
        .filter((program) => fastmcpArguments(program) === undefined && !(`${program[0]}` in others))
        .map(() => where(typed)),
    )
    assert.deepEqual(strange, [])
  })
})

/** What is not run here, and why not. */
const others: Readonly<Record<string, string>> = {
  cd: 'moves',
  npm: 'installs, or runs a script whose name is compared above',
  npx: 'runs a program of a project, which the tests of that program cover',
  node: 'runs a file that an earlier command has written; test/site/tutorial does that in order',
  docker: 'needs a daemon; test/companions/build-docker reads the Dockerfile',
  scp: 'copies to a machine that only a reader has',
  sudo: 'the same, as its administrator',
  journalctl: 'reads the log there',
  curl: 'asks a server that another terminal serves; test/examples does that',
  echo: 'takes apart a token that only a reader has',
  cut: 'the same',
  base64: 'the same',
  rm: 'removes the packages of this repository',
  true: 'lets the line before it fail',
}

/** Commands of ours that are not run, and why not. */
const notRun: readonly [pattern: RegExp, reason: string][] = [
  [/example\.(com|org)|issuer\.example|mcp\.example/, 'nobody is at this address'],
  [/127\.0\.0\.1:9000/, 'the authorization server of test/site/auth-guide'],
  [/server-filesystem|npm:|\bmy-server\b/, 'installs a package; test/compat and test/gateway/npm-package do'],
  [/\binit\b/, 'installs packages; test/companions/init and test/site/tutorial do'],
  [/city=Paris/, 'is meant to fail; test/site/tutorial sees it'],
  [
    /^(npx )?fastmcp(-cli)? (login|logins|logout|discover|cache)\b/,
    'is about the account of a person; test/login and test/companions do',
  ],
  [/--exec "node|s\.py|config\.json|config|app\.ts|mcp\.json/, 'names a file that only the text is about'],
  [/playground|examples\//, 'test/playground and test/examples run these'],
  [
    /\bserver(\.test)?\.ts .*(add|greet|deploy|wipe|whoami)\b|server-v1|whoami/,
    'calls a tool of the page; its block is compiled',
  ],
  [/cities:\/\/|opaque|remember\.ts/, 'reads a resource of the page, or another file of it'],
  [/--inspect\b|--debug/, 'opens the debugger port that another test may have; test/dev/debugger does'],
  [
    /--target docker|--client-credentials|--store|--import/,
    'needs what is elsewhere; the tests of the option do',
  ],
  [/fastmcp build/, 'takes long; test/companions/build and test/site/tutorial do'],
  [/^fastmcp (run|dev|list|inspect)( |$)(?!.*\.ts\b)/, 'names no file'],
  [/^(npx )?fastmcp (call|install|list)$/, 'is the name of a command in a sentence'],
  [/^fastmcp install \S+ \S+\.py$/, 'is the line of Python FastMCP, beside ours'],
]

const weather = readFileSync(join(root, 'examples/weather.ts'), 'utf8')
const source = `${weather}\nexport const weather = mcp\nexport const app = mcp\n`
const cities = readFileSync(join(root, 'examples/data/cities.json'), 'utf8')
const python = readFileSync(join(root, 'test/fixtures/gateway/server.py'), 'utf8')

/** A folder with everything that the commands name, whose path has what paths have. */
function projectFolder(project: Project): string {
  const folder = project.path('möin und mehr')
  const files = {
    'package.json': '{ "name": "weather", "type": "module", "private": true }',
    'server.ts': source,
    'src/server.ts': source,
    'data/cities.json': cities,
    'src/data/cities.json': cities,
    'server.py': python.replaceAll('"echo"', '"forecast"'),
    'tokens.txt': 'ada=secret-of-ada-0123456789\n',
    '.env': 'UNITS=metric\n',
    '.env.local': 'UNITS=imperial\n',
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

describe('commands of the pages run as they stand', () => {
  const project = new Project({})
  after(() => project[Symbol.dispose]())
  const folder = projectFolder(project)
  const ours = commands
    .map(({ command }) => command)
    .filter((command) => programsOf(command).length === 1 && /^([A-Z_]+=\S+ )?(npx )?fastmcp/.test(command))
    .filter((command) => !notRun.some(([pattern]) => pattern.test(command)))
    .map((command) => command.replace(/npx fastmcp(-cli)?/, 'fastmcp'))
  const once = [...new Set(ours)].sort()

  test('there are enough of them', () => assert.ok(once.length > 40, `${once.length}: ${once.join('\n')}`))

  for (const command of chosen(once, 16)) {
    test(command, async () => {
      const [, variables = '', words = ''] = /^((?:[A-Z_]+=\S+ )*)(.*)$/.exec(command) ?? []
      const env = Object.fromEntries(
        variables
          .trim()
          .split(' ')
          .filter(Boolean)
          .map((one) => one.split('=')),
      )
      if (/@cursor|uninstall/.test(words)) await asTyped('fastmcp install cursor server.ts', folder)
      if (!words.includes('http://127.0.0.1:8000/mcp')) return asTyped(words, folder, env)
      await using served = await serveHttp(join(folder, 'server.ts'), [], { cwd: folder })
      await asTyped(words.replace('http://127.0.0.1:8000/mcp', served.url.href), folder, env)
    })
  }
})
