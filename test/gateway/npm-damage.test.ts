import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fastmcp, patience } from '../support/program.ts'
import { hello, Project, serverSource } from '../support/project.ts'
import { chosen, rarely } from '../support/whole.ts'

/** What stands for npm: it makes the folder of one package, and says so. */
const npm = `#!/usr/bin/env node
const { mkdirSync, writeFileSync, symlinkSync } = require('node:fs')
const folder = process.argv[process.argv.indexOf('--prefix') + 1] + '/node_modules/odd'
mkdirSync(folder, { recursive: true })
writeFileSync(folder + '/package.json', JSON.stringify({ name: 'odd', type: 'module', bin: 'server.js' }))
writeFileSync(folder + '/server.js', ${JSON.stringify(serverSource())})
symlinkSync(process.env.PACKAGES, folder + '/node_modules')
`

const damages: Readonly<Record<string, (home: string) => void>> = {
  'an empty file': (home) => truncateSync(`${home}/node_modules/odd/server.js`),
  'a file that is gone': (home) => rmSync(`${home}/node_modules/odd/package.json`),
  'an edited file': (home) =>
    writeFileSync(`${home}/node_modules/odd/server.js`, serverSource('export const server =', 'other')),
  'nothing in it': (home) => {
    rmSync(home, { recursive: true })
    mkdirSync(home)
  },
  'a file in its place': (home) => {
    rmSync(home, { recursive: true })
    writeFileSync(home, '')
  },
  'a damaged list': (home) => writeFileSync(`${home}/.fastmcp-installed`, 'null'),
}

describe('an installed package', () => {
  const started = async (project: Project) => {
    const env = {
      FASTMCP_CACHE_DIR: project.path('cache'),
      PATH: `${project.path('bin')}:${process.env.PATH}`,
      PACKAGES: project.path('node_modules'),
    }
    const outcome = await fastmcp(['run', 'npm:odd', '--yes'], { env, input: hello, limit: 6 * patience })
    assert.match(outcome.stdout, /"name":"plain"/, outcome.stderr)
    return /installing/.test(outcome.stderr)
  }

  for (const [name, damage] of chosen(Object.entries(damages), 8)) {
    test(`${name}: is installed anew, once`, async () => {
      using project = new Project({ 'bin/npm': npm })
      chmodSync(project.path('bin/npm'), 0o755)
      assert.deepEqual([await started(project), await started(project)], [true, false])
      const [home = ''] = readdirSync(project.path('cache/npm'))
      damage(project.path(`cache/npm/${home}`))
      assert.deepEqual([await started(project), await started(project)], [true, false])
      assert.deepEqual(readdirSync(project.path('cache/npm')), [home])
    })
  }

  test('an earlier version has installed, without a list, is taken as it is', async () => {
    using project = new Project({ 'bin/npm': npm })
    chmodSync(project.path('bin/npm'), 0o755)
    await started(project)
    const [home = ''] = readdirSync(project.path('cache/npm'))
    rmSync(project.path(`cache/npm/${home}/.fastmcp-installed`))
    assert.equal(await started(project), false)
  })

  rarely('where the cache cannot be used is installed for the moment', async () => {
    using project = new Project({ 'bin/npm': npm, cache: '' })
    chmodSync(project.path('bin/npm'), 0o755)
    assert.equal(await started(project), true)
  })
})
