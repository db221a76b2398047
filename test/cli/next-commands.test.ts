import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { asTyped, commandsIn, settingsFor } from '../support/as-typed.ts'
import { fastmcp, path, program, root, serveHttp } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'
import { atTerminal, noTerminal } from '../support/terminal.ts'
import { chosen, rarely } from '../support/whole.ts'

/** The examples of the help texts are about this server, in a project with everything else they name. */
const weather = readFileSync(join(root, 'examples/weather.ts'), 'utf8')
const python = readFileSync(join(root, 'test/fixtures/gateway/server.py'), 'utf8')
const files = {
  'server.py': python.replaceAll('"echo"', '"forecast"'),
  'package.json': '{ "name": "weather", "type": "module", "private": true }',
  'server.ts': `${weather}\nexport const weather = mcp\n`,
  'data/cities.json': readFileSync(join(root, 'examples/data/cities.json'), 'utf8'),
}

const projects: Project[] = []
function projectWith(more: Record<string, string> = files): Project {
  const project = new Project(more)
  projects.push(project)
  return project
}
after(() => {
  for (const project of projects) project[Symbol.dispose]()
})

describe('what the program is called in the words it prints', () => {
  const shim = '#!/bin/sh\nexec node other.js "$@"\n'
  /** A folder of programs as npm makes it; that of the project itself is a link to this repository's. */
  function bin(project: Project, name: string, text?: string) {
    const folder = project.path('app/node_modules/.bin')
    mkdirSync(folder, { recursive: true })
    const file = join(folder, name)
    if (text === undefined) symlinkSync(program, file)
    else {
      writeFileSync(file, text)
      chmodSync(file, 0o755)
    }
    return folder
  }
  const without = process.env.PATH ?? ''

  for (const [where, make, word] of [
    ['installed globally', () => path, 'fastmcp'],
    [
      'another program of the name comes first on the PATH, and no project has us',
      (project: Project) => {
        project.write('other/fastmcp', shim)
        return [project.path('other'), path].join(delimiter)
      },
      'npx fastmcp-cli',
    ],
    [
      'in a project that has us',
      (project: Project) => {
        bin(project, 'fastmcp')
        return without
      },
      'npx fastmcp',
    ],
    [
      'in a project where another package has the name',
      (project: Project) => {
        bin(project, 'fastmcp', shim)
        bin(project, 'fastmcp-cli')
        return without
      },
      'npx fastmcp-cli',
    ],
    [
      'through npx, whose folder is on the PATH for this one command',
      (project: Project) => {
        const folder = bin(project, 'fastmcp', shim)
        bin(project, 'fastmcp-cli')
        return [folder, without].join(delimiter)
      },
      'npx fastmcp-cli',
    ],
  ] as const) {
    test(where, async () => {
      const project = projectWith({ 'app/package.json': '{}', 'app/server.mjs': serverSource() })
      const PATH = make(project)
      const { stderr } = await fastmcp(['server.mjs'], { cwd: project.path('app'), env: { PATH } })
      assert.equal(stderr, `fastmcp: to run a file: ${word} run server.mjs\n`)
      if (where.startsWith('another program')) return
      await asTyped(`${word} run server.mjs`, project.path('app'), { PATH })
    })
  }
})

describe('what is printed to be typed next starts as it is printed', () => {
  const cases: [name: string, args: string[], expected: string[], files?: Record<string, string>][] = [
    ['a file instead of a command', ['a b.ts'], ["fastmcp run 'a b.ts'"], { 'a b.ts': serverSource() }],
    ['flags instead of a command', ['-t'], ['fastmcp run server.ts -t http']],
    ['a command that is none', ['hlep'], ['fastmcp --help']],
    ['a call of nothing', ['call', 'server.ts'], ['fastmcp list server.ts']],
    [
      'several servers',
      ['run', 'two servers.mjs'],
      ["fastmcp run 'two servers.mjs:a'", "fastmcp run 'two servers.mjs:b'"],
      {
        'two servers.mjs': `${serverSource('export const a =')}export const b = new McpServer({ name: 'b', version: '1' })`,
      },
    ],
    [
      'no server',
      ['run', 'it is.mjs'],
      [`fastmcp run --exec "node 'it is.mjs'"`],
      { 'it is.mjs': 'export function add() {}\n' },
    ],
    [
      'a file that cannot be edited',
      ['install', 'cursor', './server.ts', '--config', 'own.json', '--name', 'mine', '--', 'a b'],
      ["fastmcp install mcp-json ./server.ts --name mine -- 'a b'"],
      { 'own.json': '{ "mcpServers": [] }' },
    ],
    ['an unknown server of a client', ['list', '@cursor/nothing'], ['fastmcp discover']],
  ]
  for (const [name, args, expected, more] of chosen(cases, 6)) {
    test(name, async () => {
      const project = projectWith({ ...files, ...more })
      const { stderr } = await fastmcp(args, { cwd: project.folder, env: settingsFor(project.folder) })
      assert.deepEqual(commandsIn(stderr), expected, stderr)
      for (const one of expected) await asTyped(one, project.folder)
    })
  }

  rarely('an installed server', async () => {
    const project = projectWith()
    const env = settingsFor(project.folder)
    const { stderr } = await fastmcp(['install', 'cursor', 'server.ts'], { cwd: project.folder, env })
    assert.deepEqual(commandsIn(stderr), ['fastmcp uninstall cursor weather'], stderr)
    await asTyped('fastmcp uninstall cursor weather', project.folder)
  })

  rarely(
    'a server that waits at a terminal, and one that checks its callers',
    {
      skip: noTerminal,
    },
    async () => {
      const project = projectWith()
      const env = { ...settingsFor(project.folder), TOKEN: 'secret' }
      await using waiting = atTerminal(['run', 'server.ts'], { cwd: project.folder, env })
      await waiting.until(/-t http\r\n/, 'stdout')
      await using guarded = atTerminal(['run', 'server.ts', '-t', 'http', '--token-env', 'TOKEN'], {
        cwd: project.folder,
        env,
      })
      await guarded.until(/Ctrl-C\r\n/, 'stdout')
      const found = commandsIn(plain(waiting.screen) + plain(guarded.screen))
      const [, url = ''] = /(http:\S+)/.exec(plain(guarded.screen)) ?? []
      assert.deepEqual(found, [
        'fastmcp install cursor server.ts',
        'fastmcp dev server.ts',
        'fastmcp run server.ts -t http',
        `fastmcp list ${url} --bearer-env TOKEN`,
      ])
      for (const one of found) await asTyped(one, project.folder, { TOKEN: 'secret' })
    },
  )
})

const plain = (text: string) => text.replace(/\u001b\[[\d;]*[A-Za-z]/g, '')

describe('the examples in the help texts work as they stand', () => {
  const names = ['run', 'dev', 'init', 'inspect', 'list', 'call', 'install', 'uninstall', 'discover', 'build']
  for (const name of chosen(['', ...names], 11, 1)) {
    test(`fastmcp ${name}`.trim(), async () => {
      const words = [...(name === '' ? [] : [name]), '--help']
      const { stdout } = await fastmcp(words, { env: { COLUMNS: '120' } })
      const examples = [...stdout.matchAll(/^ {2}(fastmcp .*?)(?: {2,}.*)?$/gm)].map(
        (match) => match[1] ?? '',
      )
      assert.ok(examples.length > 0)
      const project = projectWith()
      await using served = await serveHttp('server.ts', [], { cwd: project.folder })
      // What an example takes for granted: a client that has the server.
      if (/@cursor|uninstall/.test(stdout)) await asTyped('fastmcp install cursor server.ts', project.folder)
      for (const example of examples) {
        // Not beside packages that are only links: what installs there would change what they lead to.
        const temporary = mkdtempSync(join(tmpdir(), 'fastmcp-init-'))
        const folder = name === 'init' ? join(temporary, 'app') : project.folder
        mkdirSync(folder, { recursive: true })
        try {
          // It shows what it would write, and a person would be asked.
          const answered = example.replace(/ init \.$/, ' init . --yes')
          await asTyped(answered.replace('http://127.0.0.1:8000/mcp', served.url.href), folder)
        } finally {
          rmSync(temporary, { recursive: true, force: true })
        }
      }
    })
  }
})
