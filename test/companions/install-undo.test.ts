import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { hostClients } from '../../src/install/host-clients.ts'
import { Home } from '../support/client-home.ts'
import { fastmcp, type RunOptions, root, run } from '../support/program.ts'
import { chosen } from '../support/whole.ts'

const weather = join(root, 'examples', 'weather.ts')
/** A name that a shell takes apart in every way it knows. */
const odd = "it's a $HOME `file` \\ & more"

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

describe('the command that undoes an installation, run as it is printed, touches no other file', {
  skip: process.platform === 'win32' && 'a shell of Windows quotes otherwise',
}, () => {
  for (const client of chosen(hostClients, 3)) {
    test(client.name, async () => {
      using home = new Home({})
      const cwd = home.path('work')
      mkdirSync(join(cwd, odd), { recursive: true })
      const moved = { ...home.options.env, CODEX_HOME: home.path(odd), CLAUDE_CONFIG_DIR: home.path(odd) }
      const other = client.file({ platform: process.platform, home: home.folder, env: moved })
      const places: { file: string; words: string[]; env?: RunOptions['env'] }[] = [
        { file: join(cwd, odd, 'own'), words: ['--config', `${odd}/own`] },
        { file: join(cwd, '-own'), words: ['--config=-own', '--workspace'] },
      ]
      if (client.workspaceFile !== undefined)
        places.push({ file: join(cwd, client.workspaceFile), words: ['--workspace'] })
      if (other !== home.fileOf(client)) places.push({ file: other, words: [], env: moved })
      // The last, because it is what a command without any such word takes.
      places.push({ file: home.fileOf(client), words: [] })

      const undo: string[] = []
      for (const { words, env } of places) {
        const options = { ...home.options, cwd, ...(env && { env }) }
        const args = ['install', client.name, weather, '--name', 'weather', ...words]
        const { stderr, code } = await fastmcp(args, options)
        assert.equal(code, 0, stderr)
        undo.push(/undo: (.*)$/m.exec(stderr)?.[1] ?? '')
      }
      for (const [index, { file }] of places.entries()) {
        const others = places.map((one) => one.file).filter((one) => one !== file)
        const before = others.map(textOf)
        assert.match(textOf(file) ?? '', /weather/)
        const { stderr, code } = await run('/bin/sh', ['-c', undo[index] ?? ''], { ...home.options, cwd })
        assert.equal(code, 0, `${undo[index]}\n${stderr}`)
        assert.doesNotMatch(textOf(file) ?? '', /weather/)
        assert.deepEqual(others.map(textOf), before, undo[index])
      }
    })
  }
})
