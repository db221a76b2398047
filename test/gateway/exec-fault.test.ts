import assert from 'node:assert/strict'
import { chmodSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { describe, test } from 'node:test'
import { fastmcp, startFastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

describe('a command that cannot be started is one line before anything is served', () => {
  const project = new Project({
    'server.py': 'print(1)',
    'with space/run.sh': '#!/bin/sh\ncat',
    'tool.sh': '#!/bin/sh\ncat',
    'folder/x': '',
    'mcp.json': '{ "mcpServers": { "lost": { "command": "no-such-program" } } }',
    'cwd.json': '{ "mcpServers": { "lost": { "command": "node", "cwd": "/nowhere/at/all" } } }',
  })
  chmodSync(project.path('with space/run.sh'), 0o755)
  chmodSync(project.path('tool.sh'), 0o755)

  const missing: Record<string, RegExp> = {
    'no-such-program --x': /^fastmcp: --exec: program not found: no-such-program$/m,
    'noed server.js': /program not found: noed\. Did you mean node\?/,
    './toll.sh': /program not found: \.\/toll\.sh\. Did you mean \.\/tool\.sh\?/,
    'tool.sh': /program not found: tool\.sh\. Did you mean \.\/tool\.sh\?/,
    'server.py --x': /\.\/server\.py cannot be run by itself: python3 \.\/server\.py/,
    './folder': /\.\/folder is a folder, and no program/,
    './with space/run.sh': /program not found: \.\/with; quote a path with spaces: '\.\/with space\/run\.sh'/,
    '~/server': new RegExp(`~ is not expanded: ${homedir()}/server`),
    'KEY=1 node x.js': /KEY=1 is not a program; variables go into --env KEY=1/,
    'cd x': /cd is a word of the shell: --exec "sh -c 'cd …'"/,
  }
  for (const [command, says] of Object.entries(missing)) {
    test(command, async () => {
      const options = { cwd: project.folder }
      const outcome = await fastmcp(['run', '--exec', command, '-t', 'http', '-p', '0'], options)
      assert.equal(outcome.code, 3, outcome.stderr)
      assert.match(outcome.stderr, says)
      assert.equal(outcome.stderr.trim().split('\n').length, 1, outcome.stderr)
    })
  }

  const wrong: Record<string, RegExp> = {
    'node x.js | tee log': /--exec runs without a shell, which \| needs/,
    'cd x && node y.js': /without a shell, which && needs/,
    'node x.js 2>&1': /without a shell, which 2>&1 needs/,
  }
  for (const [command, says] of Object.entries(wrong)) {
    test(command, async () => {
      const outcome = await fastmcp(['run', '--exec', command], { cwd: project.folder })
      assert.equal(outcome.code, 2, outcome.stderr)
      assert.match(outcome.stderr, says)
    })
  }

  test('a path in the home folder among the arguments', async () => {
    const options = { cwd: project.folder, env: { HOME: project.folder } }
    const outcome = await fastmcp(['run', '--exec', 'python3 ~/server.py'], options)
    assert.equal(outcome.code, 2, outcome.stderr)
    assert.match(outcome.stderr, /without a shell, which ~\/server\.py needs: write \S+\/server\.py$/m)
  })

  for (const words of [['list'], ['inspect'], ['call', 'echo']]) {
    test(`fastmcp ${words[0]} says the same`, async () => {
      const [name = '', ...rest] = words
      const outcome = await fastmcp([name, '--exec', 'no-such-program', ...rest])
      assert.equal(outcome.code, 3, outcome.stderr)
      assert.match(outcome.stderr, /^fastmcp: --exec: program not found: no-such-program\n$/)
    })
  }

  test('the only server of an mcp.json', async () => {
    const outcome = await fastmcp(['run', 'mcp.json'], { cwd: project.folder })
    assert.deepEqual([outcome.code, outcome.stdout], [3, ''])
    assert.match(outcome.stderr, /^fastmcp: lost: program not found: no-such-program\n$/)
    const nowhere = await fastmcp(['run', 'cwd.json'], { cwd: project.folder })
    assert.equal(nowhere.code, 3)
    assert.match(nowhere.stderr, /lost: folder not found: \/nowhere\/at\/all, to start node in/)
  })
})

describe('a program that ends as soon as it is started', () => {
  const files = {
    'prints.mjs': "console.log('Usage: prints [file]')\nprocess.exitCode = 7",
    'mcp.json': JSON.stringify({
      mcpServers: {
        dies: { command: process.execPath, args: ['missing.mjs'] },
        lives: { command: process.execPath, args: ['-e', 'process.stdin.resume()'] },
      },
    }),
  }

  for (const [file, words] of [
    ['missing.mjs', /Cannot find module/],
    ['prints.mjs', /^Usage: prints \[file\]$/m],
  ] as const)
    test(`${file}: its words and how it ended, and there is no server`, async () => {
      using project = new Project(files)
      const options = { cwd: project.folder }
      const outcome = await fastmcp(['run', '--exec', `node ${file}`, '-t', 'http', '-p', '0'], options)
      assert.equal(outcome.code, 3, outcome.stderr)
      assert.match(outcome.stderr, words)
      const code = file === 'prints.mjs' ? 7 : 1
      assert.match(
        outcome.stderr,
        new RegExp(`^fastmcp: node ${file} exited with code ${code} before any client came$`, 'm'),
      )
    })

  test('one of several takes none of the others down', async () => {
    using project = new Project(files)
    await using served = startFastmcp(['run', 'mcp.json', '-t', 'http', '-p', '0'], { cwd: project.folder })
    await served.until(/listening on/)
    await served.until(/fastmcp: dies: \S+ missing\.mjs exited with code 1/)
    assert.equal(served.child.exitCode, null)
  })

  test('a client hears how it ended', async () => {
    using project = new Project({ 'once.mjs': "process.stdin.once('data', () => process.exit(9))" })
    const options = { cwd: project.folder, input: hello }
    const { stdout } = await fastmcp(['run', '--exec', 'node once.mjs'], options)
    assert.match(stdout, /"message":"node once\.mjs exited with code 9"/)
  })
})

describe('--print-config of a server that is reached', () => {
  const project = new Project({
    'mcp.json': JSON.stringify({
      mcpServers: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the file's
        a: { command: 'node', args: ['x.js', '${WHERE}'] },
        b: { url: 'http://127.0.0.1:1/sse', headers: { authorization: 'secret' } },
      },
    }),
    '.cursor/mcp.json': '{ "mcpServers": { "mine": { "command": "python3", "args": ["s.py"] } } }',
  })
  const config = async (...args: string[]) => {
    const options = { cwd: project.folder, env: { WHERE: 'here' } }
    const { code, stdout, stderr } = await fastmcp(['run', ...args, '--print-config'], options)
    assert.equal(code, 0, stderr)
    const { options: settings, ...server } = JSON.parse(stdout)
    assert.equal(settings.port.value, 8000)
    return server
  }
  const b = { url: 'http://127.0.0.1:1/sse', transport: 'sse', headers: ['authorization'] }

  test('a command, with what is added to it', async () => {
    assert.deepEqual(await config('--exec', 'python3 "my server.py"'), {
      command: 'python3',
      args: ['my server.py'],
    })
    const { stdout } = await fastmcp(['run', '--exec', 'a b', '--print-config', '--', 'c'])
    assert.deepEqual(JSON.parse(stdout).args, ['b', 'c'])
  })

  test('a URL, without the values of its headers', async () => {
    assert.deepEqual(await config('http://127.0.0.1:1/mcp', '--header', 'X-Key: secret'), {
      url: 'http://127.0.0.1:1/mcp',
      transport: 'streamable-http',
      headers: ['X-Key'],
    })
  })

  test('an mcp.json, with its variables replaced', async () => {
    assert.deepEqual(await config('mcp.json'), {
      servers: { a: { command: 'node', args: ['x.js', 'here'], cwd: realpathSync(project.folder) }, b },
    })
    assert.deepEqual(await config('mcp.json:b'), b)
  })

  test('a server that a client is configured with', async () => {
    assert.deepEqual(await config('@cursor/mine'), { command: 'python3', args: ['s.py'] })
  })
})
