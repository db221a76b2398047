import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { nodeOf } from '../../scripts/node-versions.mjs'
import { templateNames } from '../../src/options/init-options.ts'
import { connectV1, connectV2 } from '../support/clients.ts'
import { fastmcp, root, run, start } from '../support/program.ts'

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-templates-'))
let tarball = ''

const npm = (args: string[], cwd: string, env = {}) => run('npm', args, { cwd, env, limit: 200_000 })

/** The folders of the versions of Node on which a project is tried: that of the tests, and the newest LTS. */
const nodes = [process.execPath, nodeOf('24')].map((file) => dirname(file))

/** The environment of somebody who has that Node. */
const withNode = (folder: string) => ({ PATH: `${folder}${delimiter}${process.env.PATH}` })

before(async () => {
  const packed = await npm(['pack', '--ignore-scripts', '--pack-destination', folder], root)
  assert.equal(packed.code, 0, packed.stderr)
  tarball = join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '')
})

after(() => rmSync(folder, { recursive: true, force: true }))

for (const template of templateNames) {
  test(`the template ${template} installs, checks, tests and serves as it is made`, async () => {
    const made = await fastmcp(['init', template, '--template', template, '--no-install', '--no-git'], {
      cwd: folder,
    })
    assert.equal(made.code, 0, made.stderr)
    const project = join(folder, template)
    usePacked(project)
    const installed = await npm(
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
      project,
    )
    assert.equal(installed.code, 0, installed.stderr)
    for (const env of nodes.map(withNode)) {
      for (const script of ['check', 'test', 'inspect']) {
        const done = await npm(['run', '--silent', script], project, env)
        assert.equal(done.code, 0, `${script}: ${done.stdout}${done.stderr}`)
      }
      for (const script of ['start', 'dev']) await checkServes(script, project, template, env)
    }
    await checkConfiguration(project, template)
  })
}

/** What is tested is the package of this folder, not the published one. */
function usePacked(project: string): void {
  const file = join(project, 'package.json')
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(/("fastmcp-cli": )"[^"]*"/, `$1${JSON.stringify(`file:${tarball}`)}`),
  )
}

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
  env: Record<string, string>,
): Promise<void> {
  const [name, input, expected] = calls[template]
  // The words of the script, without npm between: npm leaves its child behind when it is told to stop.
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
  const [command, ...words] = String(scripts[script]).split(' ')
  const program = join(project, 'node_modules', '.bin', command ?? '')
  const settings = { ...env, FASTMCP_PORT: '0', FASTMCP_INSPECTOR: 'false' }
  await using started = start(program, words, { cwd: project, env: settings })
  const [, url = ''] = await started.until(/listening on (\S+)/)
  for (const connect of [connectV1, connectV2]) {
    const client = await connect({ http: new URL(url) })
    const result = await client.callTool({ name, arguments: { ...input } })
    assert.deepEqual(result.structuredContent, expected)
    await client.close()
  }
  started.kill('SIGTERM')
  await started.exited
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
