import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { nodeOf } from '../../scripts/node-versions.mjs'
import { templateNames } from '../../src/options/init-options.ts'
import { connectV1, connectV2 } from '../support/clients.ts'
import {
  dockerTools,
  healthCheck,
  instructions,
  lintDockerfile,
  startAsItStands,
} from '../support/dockerfile.ts'
import { allowInstalls } from '../support/limits.ts'
import { root, run, start } from '../support/program.ts'
import { type Registry, registryWith } from '../support/registry.ts'
import { noTmux, Tmux } from '../support/tmux.ts'
import { chosen, rarely } from '../support/whole.ts'

allowInstalls()

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-templates-'))
/** Where somebody has installed the packed program. */
const programs = join(folder, 'programs', 'node_modules', '.bin')
let registry: Registry

const npm = (args: string[], cwd: string, env = {}) => run('npm', args, { cwd, env, limit: 200_000 })

/** The environment of somebody who has that Node. Inside a test Node's runner would run no tests. */
const withNode = (folder: string) => ({
  PATH: `${folder}${delimiter}${process.env.PATH}`,
  NODE_TEST_CONTEXT: undefined,
})

/** The versions of Node on which a project is tried: that of the tests, and the newest LTS. */
const nodes = chosen([process.execPath, nodeOf('24')], 2).map((file) => withNode(dirname(file)))

before(async () => {
  const packed = await npm(['pack', '--ignore-scripts', '--pack-destination', folder], root)
  assert.equal(packed.code, 0, packed.stderr)
  const tarball = join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '')
  registry = await registryWith(tarball)
  mkdirSync(join(folder, 'programs'))
  const quiet = ['--no-audit', '--no-fund', '--prefix', join(folder, 'programs')]
  const installed = await npm(['install', ...quiet, tarball], join(folder, 'programs'), registry.env)
  assert.equal(installed.code, 0, installed.stderr)
})

after(async () => {
  await registry[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

for (const template of chosen(templateNames, 4, 1)) {
  rarely(`the template ${template} installs, checks, tests and serves as it is made`, async (t) => {
    const project = join(folder, template, 'project')
    mkdirSync(join(folder, template))
    const words = ['init', 'project', '--name', template, '--template', template, '--no-git']
    const made = await run(join(programs, 'fastmcp'), words, {
      cwd: join(folder, template),
      env: registry.env,
      limit: 200_000,
    })
    assert.equal(made.code, 0, made.stderr)
    assert.match(made.stderr, /^✔ dependencies installed with npm/m)
    for (const env of nodes) {
      for (const script of ['check', 'test', 'inspect']) {
        const done = await npm(['run', '--silent', script], project, env)
        assert.equal(done.code, 0, `${script}: ${done.stdout}${done.stderr}`)
        if (script === 'test') assert.match(done.stdout, /^(ℹ|#) pass [1-9]/m)
      }
      for (const script of ['start', 'dev']) await checkServes(script, project, template, env)
    }
    await checkConfiguration(project, template)
    await checkAudit(project)
    if (template === 'http') await checkImage(project, t)
  })
}

test('at a terminal init asks, installs, and its next commands work as they are printed', {
  skip: noTmux,
}, async () => {
  const cwd = join(folder, 'terminal')
  mkdirSync(cwd)
  const env = { ...registry.env, PATH: `${programs}${delimiter}${process.env.PATH}`, FASTMCP_PORT: '0' }
  await using terminal = new Tmux({ cwd, env: { ...env, FASTMCP_INSPECTOR: 'false' } })
  await terminal.until(/^[$#]/)
  for (const [index, template] of chosen(templateNames, 4).entries()) {
    terminal.press('clear; fastmcp init --no-git', 'Enter')
    await terminal.until(/Where should the project be\?/)
    terminal.press(`my-${template}`, 'Enter')
    await terminal.until(/What should it start from\?/)
    terminal.press('', ...Array.from({ length: index }, () => 'Down'), 'Enter')
    await terminal.until(new RegExp(`my-${template}/ created from "${template}"`))
    await terminal.until(/dependencies installed with npm \(/, 200_000)
    await terminal.until(/npm run dev .*\n.*npm test .*\n.*fastmcp install/)
    terminal.press(`clear; cd my-${template} && npm test 2>&1 | tail -n 8`, 'Enter')
    await terminal.until(/pass [1-9][\s\S]*fail 0/, 60_000)
    for (const script of ['npm run dev', 'npm start']) {
      terminal.press(`clear; ${script}`, 'Enter')
      const [, url = ''] = await terminal.until(/(http:\/\/127\.0\.0\.1:\d+\/mcp)\b/)
      await checkCalls(new URL(url), template)
      terminal.press('', 'C-c')
      await terminal.until(/\n[$#]\s*$/)
    }
    terminal.press('cd ..', 'Enter')
  }
})

const [tool, args, answer] = ['add', { a: 1, b: 2 }, { sum: 3 }]
const calls = {
  basic: [tool, args, answer],
  sdk: [tool, args, answer],
  'sdk-v1': [tool, args, answer],
  http: ['find-user', { id: '2' }, { id: '2', name: 'Alan Turing' }],
} as const

/** What a script starts serves, and clients of both SDKs call it. */
async function checkServes(
  script: string,
  project: string,
  template: keyof typeof calls,
  env: Record<string, string | undefined>,
): Promise<void> {
  // The words of the script, without npm between: npm leaves its child behind when it is told to stop.
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
  const [command, ...words] = String(scripts[script]).split(' ')
  const program = join(project, 'node_modules', '.bin', command ?? '')
  const settings = { ...env, FASTMCP_PORT: '0', FASTMCP_INSPECTOR: 'false' }
  await using started = start(program, words, { cwd: project, env: settings })
  const [, url = ''] = await started.until(/listening on (\S+)/)
  await checkCalls(new URL(url), template)
  started.kill('SIGTERM')
  await started.exited
}

/** Clients of both SDKs call the server. */
async function checkCalls(http: URL, template: keyof typeof calls): Promise<void> {
  const [name, input, expected] = calls[template]
  for (const connect of [connectV1, connectV2]) {
    const client = await connect({ http })
    const result = await client.callTool({ name, arguments: { ...input } })
    assert.deepEqual(result.structuredContent, expected)
    await client.close()
  }
}

/** No known fault that is high or worse comes with it, as far as the registry can tell. */
async function checkAudit(project: string): Promise<void> {
  const { stdout } = await npm(['audit', '--json'], project)
  const { metadata } = JSON.parse(stdout || '{}')
  if (metadata === undefined) return
  const { high, critical } = metadata.vulnerabilities
  assert.deepEqual({ high, critical }, { high: 0, critical: 0 })
}

/** The Dockerfile passes the linters; what it copies, installs and starts answers, without an engine. */
async function checkImage(project: string, t: TestContext): Promise<void> {
  const tools = dockerTools()
  if (tools === undefined) return t.diagnostic('the linters of Dockerfiles cannot be installed here')
  const recipe = readFileSync(join(project, 'Dockerfile'), 'utf8')
  assert.deepEqual(await lintDockerfile(tools, recipe), [])
  const image = join(folder, 'image')
  for (const words of instructions(tools, recipe, 'COPY')) {
    const into = join(image, words.at(-1) ?? '')
    for (const source of words.slice(0, -1).map((word) => word.replace('*', ''))) {
      cpSync(join(project, source), source === 'src' ? into : join(into, source), { recursive: true })
    }
  }
  for (const words of instructions(tools, recipe, 'RUN')) {
    const done = await run('sh', ['-c', words.join(' ')], { cwd: image, env: registry.env, limit: 200_000 })
    assert.equal(done.code, 0, done.stderr)
  }
  const [command = []] = instructions(tools, recipe, 'CMD')
  const { server, port } = await startAsItStands(command, image, t)
  await using _server = server
  await checkCalls(new URL(`http://127.0.0.1:${port}/mcp`), 'http')
  const [check = []] = instructions(tools, recipe, 'HEALTHCHECK')
  assert.equal(await healthCheck(check, port), 0)
}

/** Each client's configuration starts the server, from the folder of the project. */
async function checkConfiguration(project: string, template: string): Promise<void> {
  for (const [file, key] of [
    ['.mcp.json', 'mcpServers'],
    ['.cursor/mcp.json', 'mcpServers'],
    ['.vscode/mcp.json', 'servers'],
  ] as const) {
    const config = JSON.parse(
      readFileSync(join(project, file), 'utf8').replaceAll(/\$\{workspaceFolder\}/g, project),
    )
    const { command, args: words } = config[key][template]
    assert.equal(command, 'node')
    const [program, ...rest] = words as string[]
    const client = await connectV2({ stdio: rest, program: program ?? '', cwd: project })
    assert.ok((await client.listTools()).tools.length > 0)
    await client.close()
  }
}
