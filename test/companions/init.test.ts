import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fastmcp, run } from '../support/program.ts'
import { Project } from '../support/project.ts'

const init = (project: Project, ...args: string[]) =>
  fastmcp(['init', '--no-install', '--no-git', ...args], { cwd: project.folder })

const names = (folder: string) => readdirSync(folder).sort()

describe('a new project', () => {
  test('gets the name of its folder in every file, and the next commands are printed', async () => {
    using project = new Project({})
    const { code, stderr, stdout } = await init(project, 'weather')
    assert.equal(code, 0, stderr)
    assert.equal(stdout, '')
    assert.match(
      stderr,
      /^✔ weather\/ created from "basic" \(10 files\)\n\n {2}cd weather\n {2}npm install\n {2}npm run dev /,
    )
    const read = (path: string) => readFileSync(project.path(`weather/${path}`), 'utf8')
    assert.equal(JSON.parse(read('package.json')).name, 'weather')
    assert.deepEqual(Object.keys(JSON.parse(read('.mcp.json')).mcpServers), ['weather'])
    assert.deepEqual(Object.keys(JSON.parse(read('.vscode/mcp.json')).servers), ['weather'])
    assert.match(read('src/server.ts'), /name: 'weather'/)
    assert.match(read('.gitignore'), /^node_modules$/m)
    assert.deepEqual(Object.keys(JSON.parse(read('package.json')).scripts), [
      'dev',
      'start',
      'test',
      'check',
      'inspect',
    ])
  })

  test('is as readable as any folder, and made in folders that are not there yet', async () => {
    using project = new Project({})
    await init(project, 'deep/down/weather')
    assert.equal(statSync(project.path('deep/down/weather')).mode, statSync(project.path('deep')).mode)
  })

  test('may have another name than its folder', async () => {
    using project = new Project({})
    const { stderr } = await init(project, 'my folder', '--name', 'other.one', '--template', 'sdk')
    assert.match(stderr, /^ {2}cd 'my folder'$/m)
    const read = (file: string) => readFileSync(project.path(`my folder/${file}`), 'utf8')
    assert.equal(JSON.parse(read('package.json')).name, 'other.one')
    assert.doesNotMatch(read('src/server.ts'), /fastmcp/)
    // As install would call it in the file of a client.
    assert.match(read('src/server.ts'), /name: 'other-one'/)
    assert.deepEqual(Object.keys(JSON.parse(read('.mcp.json')).mcpServers), ['other-one'])
  })

  test('names the commands of the package manager that runs it', async () => {
    using project = new Project({})
    const { stderr } = await fastmcp(['init', 'weather', '--no-install', '--no-git'], {
      cwd: project.folder,
      env: { npm_config_user_agent: 'pnpm/10.0.0 npm/? node/v24' },
    })
    assert.match(stderr, /pnpm install\n {2}pnpm dev .*\n {2}pnpm test .*\n {2}pnpm exec fastmcp install/)
  })

  test('has what its package manager needs, and speaks of no other', async () => {
    using project = new Project({})
    const { stderr } = await init(project, 'web', '--pm', 'pnpm', '--template', 'http')
    assert.match(stderr, /\n {2}pnpm install\n {2}pnpm dev /)
    const read = (path: string) => readFileSync(project.path(`web/${path}`), 'utf8')
    assert.match(read('pnpm-workspace.yaml'), /^allowBuilds:\n {2}esbuild: true$/m)
    assert.match(read('Dockerfile'), /^COPY package\.json pnpm-lock\.yaml\* pnpm-workspace\.yaml \.\/$/m)
    assert.doesNotMatch(read('README.md'), /\bnp[mx]\b/)
  })

  test('that is deployed does not start without a token', async () => {
    using project = new Project({})
    await init(project, 'web', '--template', 'http')
    const env = { NODE_ENV: 'production', FASTMCP_PORT: '0', MCP_TOKEN: undefined }
    const { code, stderr } = await fastmcp(['run', '.', '-t', 'http'], { cwd: project.path('web'), env })
    assert.equal(code, 3, stderr)
    assert.match(stderr, /threw while loading: MCP_TOKEN is not set: /)
  })

  test('with --force goes into a folder with files, and changes none of them', async () => {
    using project = new Project({ 'full/notes.txt': 'mine' })
    const { code } = await init(project, 'full', '--force')
    assert.equal(code, 0)
    assert.equal(readFileSync(project.path('full/notes.txt'), 'utf8'), 'mine')
    assert.ok(existsSync(project.path('full/src/server.ts')))
  })

  test('with --force is not made where it would change a file, and leaves nothing behind', async () => {
    using project = new Project({ 'full/tsconfig.json': '{}' })
    const { code, stderr } = await init(project, 'full', '--force')
    assert.equal(code, 1)
    assert.match(stderr, /a file with the same name/)
    assert.deepEqual(
      names(project.path('full')).filter((name) => name.endsWith('.json')),
      ['tsconfig.json'],
    )
    assert.equal(readFileSync(project.path('full/tsconfig.json'), 'utf8'), '{}')
  })

  test('is complete although no package manager can be reached', async () => {
    using project = new Project({})
    const { code, stderr } = await fastmcp(['init', 'weather'], {
      cwd: project.folder,
      env: { PATH: '/nowhere' },
    })
    assert.equal(code, 0)
    assert.match(stderr, /npm install failed; the files are there/)
    assert.match(stderr, /cd weather\n {2}npm install/)
  })

  test('says why npm cannot install, when no registry can be reached', async () => {
    using project = new Project({})
    const { code, stderr } = await fastmcp(['init', 'weather', '--no-git'], {
      cwd: project.folder,
      env: {
        npm_config_registry: 'http://127.0.0.1:9',
        npm_config_fetch_retries: '0',
        npm_config_cache: project.path('cache'),
      },
    })
    assert.equal(code, 0)
    assert.match(stderr, /npm install failed.*\n {2}.*ECONNREFUSED/)
  })
})

describe('a place or name that cannot be is refused with exit code 2, and nothing is written', () => {
  const rows: Record<string, [args: string[], says: RegExp]> = {
    'a folder with files': [['full'], /full is not empty: it holds notes\.txt/],
    'a file': [['file'], /is a file, where a folder is needed/],
    'a link': [['link'], /is a link; name the folder it leads to/],
    'a folder below a link': [['link/below'], /is a link/],
    'a folder below a file': [['file/below'], /is a file/],
    'a home that no shell has replaced': [['~/weather'], /write the path in full/],
    'a device of Windows': [['con'], /cannot be a folder on every system/],
    'a device with an ending': [['aux.txt'], /cannot be a folder on every system/],
    'a trailing dot': [['weather.'], /cannot be a folder on every system/],
    'a trailing space': [['weather '], /cannot be a folder on every system/],
    'a name of 300 letters': [['w'.repeat(300)], /cannot be a folder on every system/],
    'letters of other scripts': [['Wéter 2'], /use lowercase letters.*\n {2}weter-2 would do; --name/],
    'a leading dash': [['./-weather'], /must begin with a letter or digit/],
    'a leading dash after --': [['--', '-weather'], /must begin with a letter or digit/],
    'a name with quotes': [['folder', '--name', "it's"], /use lowercase letters/],
    'a name with a placeholder': [['folder', '--name', `\${x}`], /use lowercase letters/],
    'a name with a line end': [['folder', '--name', 'a\nb'], /use lowercase letters/],
    'a name with a tag': [['folder', '--name', '</script>'], /use lowercase letters/],
    'an unknown template': [
      ['folder', '--template', 'react'],
      /--template: must be one of basic, sdk, sdk-v1, http/,
    ],
    'two folders': [['one', 'two'], /one folder at a time/],
  }
  for (const [name, [args, says]] of Object.entries(rows)) {
    test(name, async () => {
      using project = new Project({ 'full/notes.txt': '', file: '' })
      symlinkSync('full', project.path('link'))
      const before = names(project.folder)
      const { code, stderr, stdout } = await init(project, ...args)
      assert.match(stderr, says)
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.deepEqual(names(project.folder), before)
      assert.deepEqual(names(project.path('full')), ['notes.txt'])
    })
  }
})

test('a folder that cannot be written is exit code 1, and nothing is left', {
  skip: process.getuid?.() === 0 && 'root may write anywhere',
}, async () => {
  using project = new Project({})
  mkdirSync(project.path('locked'))
  chmodSync(project.path('locked'), 0o500)
  const { code, stderr } = await init(project, 'locked/weather')
  assert.equal(code, 1)
  assert.match(stderr, /permission denied\n {2}nothing was written/)
  assert.deepEqual(names(project.path('locked')), [])
})

describe('a project that is there already', () => {
  const manifest = `{
\t"name": "mine",
\t"scripts": { "dev": "my own" },
\t"dependencies": {}
}
`
  const withServer = () =>
    new Project({ 'package.json': manifest, 'lib/index.ts': '', 'index.ts': 'export {}' })

  test('is shown the change first, and keeps every word of its own', async () => {
    using project = withServer()
    const { code, stderr } = await init(project, '.')
    assert.equal(code, 2)
    assert.match(stderr, /^package\.json\n/)
    assert.match(stderr, /^ {2}\+\t\t"start": "fastmcp run index\.ts -t http"/m)
    assert.match(stderr, /^\.mcp\.json \(new\)\n/m)
    assert.match(stderr, /nothing was written: add --yes/)
    assert.equal(readFileSync(project.path('package.json'), 'utf8'), manifest)
    assert.equal(existsSync(project.path('.mcp.json')), false)
  })

  test('gets scripts and configuration for its own server file, and is complete the second time', async () => {
    using project = withServer()
    project.write('.vscode/mcp.json', '{ "servers": {} }')
    const { code, stderr } = await init(project, '.', '--yes')
    assert.equal(code, 0, stderr)
    const after = JSON.parse(readFileSync(project.path('package.json'), 'utf8'))
    assert.deepEqual(after.scripts, {
      dev: 'my own',
      start: 'fastmcp run index.ts -t http',
      inspect: 'fastmcp inspect index.ts',
    })
    assert.deepEqual(Object.keys(after.devDependencies), ['fastmcp-cli'])
    assert.equal(readFileSync(project.path('.vscode/mcp.json'), 'utf8'), '{ "servers": {} }')
    assert.deepEqual(
      JSON.parse(readFileSync(project.path('.mcp.json'), 'utf8')).mcpServers.mine.args.slice(1),
      ['run', 'index.ts'],
    )
    assert.equal(existsSync(project.path('src/server.ts')), false)
    assert.match(readFileSync(project.path('.vscode/launch.json'), 'utf8'), /\]\n {4}\}\n {2}\]\n\}\n$/)
    const again = await init(project, '.', '--yes')
    assert.match(again.stderr, /nothing to add/)
    assert.equal(again.code, 0)
  })

  test('without a server gets the one of the template', async () => {
    using project = new Project({ 'package.json': '{ "name": "empty", "type": "module" }' })
    const { code, stderr } = await init(project, '.', '--yes')
    assert.equal(code, 0, stderr)
    assert.match(readFileSync(project.path('src/server.ts'), 'utf8'), /name: 'empty'/)
    assert.ok(JSON.parse(readFileSync(project.path('package.json'), 'utf8')).dependencies.zod)
  })

  for (const type of ['', ', "type": "commonjs"']) {
    test(`without a server gets one that is a module${type}, and every path says so`, async () => {
      using project = new Project({ 'package.json': `{ "name": "empty"${type} }` })
      const { code, stderr } = await init(project, '.', '--yes', '--template', 'http')
      assert.equal(code, 0, stderr)
      assert.deepEqual(readdirSync(project.path('src')).sort(), ['auth.mts', 'server.mts', 'users.mts'])
      const tsc = project.path('node_modules/typescript/bin/tsc')
      const checked = await run(process.execPath, [tsc], { cwd: project.folder, limit: 60_000 })
      assert.equal(checked.code, 0, checked.stdout)
      for (const path of ['package.json', '.mcp.json', '.vscode/launch.json', 'Dockerfile'])
        assert.doesNotMatch(readFileSync(project.path(path), 'utf8'), /\.ts\b/, path)
      const tests = ['--import', 'tsx', '--test', 'test/server.test.mts']
      const tested = await run(process.execPath, tests, {
        cwd: project.folder,
        env: { NODE_TEST_CONTEXT: undefined },
        limit: 60_000,
      })
      assert.equal(tested.code, 0, tested.stdout)
      assert.match((await init(project, '.', '--yes')).stderr, /nothing to add/)
    })
  }

  test('with a broken package.json is left alone', async () => {
    using project = new Project({ 'package.json': '{ "name": ' })
    const { code, stderr } = await init(project, '.', '--yes')
    assert.equal(code, 2, stderr)
    assert.match(stderr, /package\.json is not valid JSON/)
    assert.deepEqual(names(project.folder), ['node_modules', 'package.json'])
  })
})

test('a repository is made, unless there is one above', async () => {
  using project = new Project({})
  await fastmcp(['init', 'one', '--no-install'], { cwd: project.folder })
  assert.ok(existsSync(project.path('one/.git')))
  writeFileSync(join(project.folder, '.git'), '')
  await fastmcp(['init', 'two', '--no-install'], { cwd: project.folder })
  assert.equal(existsSync(project.path('two/.git')), false)
})
