import assert from 'node:assert/strict'
import { cpSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { connectV2 } from '../support/clients.ts'
import {
  dockerTools,
  healthCheck,
  instructions,
  lintDockerfile,
  startAsItStands,
} from '../support/dockerfile.ts'
import { fastmcp, root } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen, rarely } from '../support/whole.ts'

const tools = dockerTools()
const skip = tools === undefined && 'the linters cannot be installed here'

/** A server that reads a file beside it, built for docker in a project of its own. */
async function built(...args: string[]): Promise<{ project: Project; recipe: string }> {
  const project = new Project({ 'server.ts': readFileSync(join(root, 'examples/weather-v2.ts'), 'utf8') })
  cpSync(join(root, 'examples/data'), project.path('data'), { recursive: true })
  const { code, stderr } = await fastmcp(['build', '--target', 'docker', ...args], { cwd: project.folder })
  assert.equal(code, 0, stderr)
  return { project, recipe: readFileSync(project.path('Dockerfile'), 'utf8') }
}

describe('the Dockerfile of build --target docker', { skip }, () => {
  if (tools === undefined) return

  const files = ['dist/server.mjs', 'server.mjs', 'deep/er/my server.mjs', 'dist/ünï "quoted" $HOME [1].mjs']
  for (const file of chosen(files, 4, 3)) {
    test(`passes two linters, and copies and starts ${file}`, async () => {
      const { project, recipe } = await built('--out', file)
      using _project = project
      assert.deepEqual(await lintDockerfile(tools, recipe), [])
      const [[source, target] = []] = instructions(tools, recipe, 'COPY')
      assert.equal(source?.replace('[[]', '[').replaceAll('\\$', '$'), file)
      assert.equal(target?.replaceAll('\\$', '$'), file.includes('/') ? `./${dirname(file)}/` : './')
      assert.equal(instructions(tools, recipe, 'CMD')[0]?.[1], file)
      assert.deepEqual(instructions(tools, recipe, 'USER'), [['node']])
    })
  }

  rarely('what is no Dockerfile does not pass', async () => {
    const { project, recipe } = await built()
    using _project = project
    const broken = ['COPPY a b', 'USR node', 'HEALTHCHECK --often CMD true', 'EXPOSE x']
    for (const line of broken) {
      assert.notDeepEqual(await lintDockerfile(tools, `${recipe}${line}\n`), [], line)
    }
    assert.notDeepEqual(await lintDockerfile(tools, recipe.replace(/^FROM .*\n/, '')), [])
  })

  rarely('starts what it has copied with its own words, and passes its own health check', async (t) => {
    const { project, recipe } = await built()
    using _project = project
    using image = new Project({})
    const [[source = '', target = ''] = []] = instructions(tools, recipe, 'COPY')
    cpSync(project.path(source), join(image.folder, target, 'server.mjs'))
    // As the comment in the file says.
    assert.match(recipe, /COPY data \.\/data\/$/m)
    cpSync(project.path('data'), image.path('data'), { recursive: true })
    // What it reads while it starts has been found out.
    const copies = instructions(tools, recipe, 'COPY')
    assert.deepEqual(copies[1], ['data/cities.json', './data/'])
    const [command = []] = instructions(tools, recipe, 'CMD')
    const { server, port } = await startAsItStands(command, image.folder, t)
    await using _server = server
    const [check = []] = instructions(tools, recipe, 'HEALTHCHECK')
    assert.equal(await healthCheck(check, port), 0)
    const client = await connectV2({ http: new URL(`http://127.0.0.1:${port}/mcp`) })
    const answer = await client.callTool({ name: 'forecast', arguments: { city: 'Oslo', days: 2 } })
    assert.deepEqual(answer.structuredContent, { city: 'Oslo', degrees: [4, 6] })
    await client.close()
    server.kill('SIGTERM')
    assert.equal((await server.exited).code, 0)
    assert.equal(await healthCheck(check, port), 1)
  })
})

test('a Dockerfile that is there is not replaced', async () => {
  using project = new Project({ Dockerfile: 'FROM scratch\n', 'server.ts': '' })
  const again = await fastmcp(['build', '--target', 'docker'], { cwd: project.folder })
  assert.equal(again.code, 2)
  assert.match(again.stderr, /Dockerfile already exists; --force overwrites it/)
  assert.equal(readFileSync(project.path('Dockerfile'), 'utf8'), 'FROM scratch\n')
})
