import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { templateNames } from '../../src/options/init-options.ts'
import { isIgnored, withUnwanted } from '../../src/scaffold/gitignore.ts'
import { fastmcp, run } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

const init = (project: Project, ...args: string[]) =>
  fastmcp(['init', '--yes', '--no-install', ...args], { cwd: project.folder })

/** What the settings of whoever runs the tests say must change nothing. */
const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_DIR: undefined }
const git = (cwd: string, ...args: string[]) => run('git', args, { cwd, env })
const noGit = (await run('git', ['--version']).catch(() => undefined)) ? false : 'there is no git'

/** What a person who works on a project has in it, and nobody is to see; and what everybody is to see. */
const secrets = [
  ...['.env', '.env.local', '.env.production', 'src/.env', 'tokens.txt', 'sessions.db', 'sessions.db.lock'],
  ...['dist/server.js', 'node_modules/x/x.js'],
]
const harmless = ['.env.example', 'src/more.ts']

/** Works on the project, and asks git what it would take of it. */
async function assertNoneTaken(project: Project, folder = '.'): Promise<void> {
  for (const path of [...secrets, ...harmless]) project.write(`${folder}/${path}`, 'x')
  const cwd = project.path(folder)
  if (!existsSync(`${cwd}/.git`)) await git(cwd, 'init', '-q')
  const { stdout, code, stderr } = await git(cwd, 'add', '-n', '.')
  assert.equal(code, 0, stderr)
  const taken = [...stdout.matchAll(/^add '(.*)'$/gm)].map(([, path]) => path ?? '')
  for (const path of secrets) assert.ok(!taken.some((one) => one.endsWith(path)), `${path} is taken`)
  assert.ok(!taken.some((one) => /(^|\/)(node_modules|dist)\//.test(one)), stdout)
  for (const path of harmless)
    assert.ok(
      taken.some((one) => one.endsWith(path)),
      `${path} is left out`,
    )
}

const manifest = { 'package.json': '{ "name": "mine" }\n', 'index.ts': 'export {}\n' }

describe('of a project made by init, git takes no secret and nothing that is made anew', {
  skip: noGit,
}, () => {
  for (const template of chosen(templateNames, 2)) {
    test(`${template}, in a new folder`, async () => {
      using project = new Project({})
      const { code, stderr } = await init(project, 'weather', '--template', template)
      assert.equal(code, 0, stderr)
      assert.ok(existsSync(project.path('weather/.git')))
      await assertNoneTaken(project, 'weather')
    })
  }

  test('in a folder of a repository', async () => {
    using project = new Project({})
    await git(project.folder, 'init', '-q')
    assert.equal((await init(project, 'packages/weather')).code, 0)
    assert.equal(existsSync(project.path('packages/weather/.git')), false)
    await assertNoneTaken(project, 'packages/weather')
  })

  test('in a project that is there, of which no repository is made', async () => {
    using project = new Project(manifest)
    const { code, stderr } = await init(project, '.')
    assert.equal(code, 0, stderr)
    assert.equal(existsSync(project.path('.git')), false)
    assert.match(stderr, /^\.gitignore \(new\)$/m)
    await assertNoneTaken(project)
    assert.match((await init(project, '.')).stderr, /nothing to add/)
  })

  test('in a project without a server', async () => {
    using project = new Project({ 'package.json': '{ "name": "mine" }' })
    assert.equal((await init(project, '.')).code, 0)
    assert.equal(existsSync(project.path('.git')), false)
    await assertNoneTaken(project)
  })

  test('in a folder with files', async () => {
    using project = new Project({ 'full/notes.txt': 'mine', 'full/.gitignore': '*.tmp' })
    const { code, stderr } = await init(project, 'full', '--force')
    assert.equal(code, 0, stderr)
    assert.equal(existsSync(project.path('full/.git')), false)
    assert.match(readFileSync(project.path('full/.gitignore'), 'utf8'), /^\*\.tmp\nnode_modules\n/)
    await assertNoneTaken(project, 'full')
  })

  const written: Record<string, string> = {
    empty: '',
    'without an end of its last line': 'coverage',
    'with the line ends of Windows': 'coverage\r\n/node_modules\r\n',
    'with some of the secrets': 'node_modules/\n.env\n*.local\n',
    'with what is in the folders': 'node_modules/**\n/dist/*\n.env.*\n',
    'that lets the secret in': '.env*\n!.env\n!.env.example\n!.env.sample\nnode_modules\ndist\n',
    'that leaves everything out but': '*\n!*/\n!.gitignore\n!*.ts\n!*.json\n!.env.example\n',
  }
  for (const [name, text] of chosen(Object.entries(written), 2)) {
    test(`in a project with a .gitignore ${name}`, async () => {
      using project = new Project({ ...manifest, '.gitignore': text })
      const { code, stderr } = await init(project, '.')
      assert.equal(code, 0, stderr)
      const after = readFileSync(project.path('.gitignore'), 'utf8')
      assert.ok(after.startsWith(text), 'nothing that it says is changed')
      if (text.includes('\r\n')) assert.doesNotMatch(after, /[^\r]\n/)
      await assertNoneTaken(project)
      assert.match((await init(project, '.')).stderr, /nothing to add/)
    })
  }

  test('what it says is left out, git leaves out', async () => {
    const rules = ['node_modules', '/node_modules/', 'node_modules/*', '**/node_modules', '.env', '/.env']
    rules.push(
      '.env*',
      '.env.*',
      '*.local',
      '*',
      '/*',
      '.env[.]local',
      '.{env,x}',
      'src/.env',
      '**/.env',
      '# .env',
    )
    const paths = ['node_modules/', 'a/node_modules/', '.env', '.env.local', 'src/.env', '.env.example']
    for (const rule of [
      ...rules,
      '*\n!.env',
      '.env*\n!.env.*',
      '.env  ',
      '\\.env',
      'node_modules\n!node_modules',
    ]) {
      using project = new Project({ '.gitignore': rule })
      await git(project.folder, 'init', '-q')
      // Of a folder that is left out, git leaves out all; it is enough never to say so wrongly.
      const files = paths.map((path) => (path.endsWith('/') ? `${path}x` : path))
      const { stdout } = await git(project.folder, 'check-ignore', ...files)
      const left = new Set(stdout.split('\n'))
      for (const [index, path] of paths.entries()) {
        if (!isIgnored(path, rule)) continue
        assert.ok(left.has(files[index] ?? ''), `${JSON.stringify(rule)} does not leave out ${path}`)
      }
    }
  })
})

test('exceptions that are harmless hold, and the rest of the file is left alone', () => {
  assert.equal(
    withUnwanted('!.env.sample\n!keep\n'),
    '!.env.sample\n!keep\nnode_modules\ndist\n.env*\n!.env.example\ntokens.txt\nsessions.db*\n!.env.sample\n',
  )
  const complete = '# mine\n.env*\nnode_modules/\nbuild\n/dist\n*.txt\n*.db*'
  assert.equal(withUnwanted(complete), complete)
})

test('a .gitignore that cannot be read is named, and nothing is written', async () => {
  using project = new Project({ ...manifest, '.gitignore/x': '' })
  const { code, stderr } = await init(project, '.')
  assert.equal(code, 2)
  assert.match(
    stderr,
    /\.gitignore cannot be added to: .*\n {2}it should have the lines node_modules, dist, /,
  )
  assert.equal(readFileSync(project.path('package.json'), 'utf8'), manifest['package.json'])
})

test('the debugger is offered what is there', async () => {
  const names = (project: Project) =>
    (
      JSON.parse(readFileSync(project.path('.vscode/launch.json'), 'utf8')) as {
        configurations: { name: string; program: string; args?: string[] }[]
      }
    ).configurations.map(({ name }) => name.replace(/ .*/, ''))
  using own = new Project(manifest)
  await init(own, '.', '--no-git')
  assert.deepEqual(names(own), ['Server'])
  assert.match(readFileSync(own.path('.vscode/launch.json'), 'utf8'), /"args": \["run", "index\.ts", /)
  using none = new Project({ 'package.json': '{}' })
  await init(none, '.')
  assert.deepEqual(names(none), ['Server', 'Tests'])
  assert.ok(existsSync(none.path('test/server.test.mts')))
})
