import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, watch } from 'node:fs'
import { describe, test } from 'node:test'
import { fastmcp, program, run, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { atTerminal, noTerminal } from '../support/terminal.ts'

const words = (folder: string) => ['init', folder, '--yes', '--no-install', '--no-git']

/** Every file below a folder, with what it says. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = `${parentPath}/${name}`
      return [path.slice(folder.length), readFileSync(path, 'utf8')]
    }),
  )
}

/** What stands in a folder but for the packages that tests import from. */
const names = (folder: string) => readdirSync(folder).filter((name) => name !== 'node_modules')

describe('killed while it writes, init leaves the whole project or none', () => {
  for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
    test(signal, async () => {
      using whole = new Project({})
      await fastmcp(words('weather'), { cwd: whole.folder })
      const complete = contents(whole.path('weather'))
      for (let times = 0; times < 6; times++) {
        using project = new Project({})
        const watcher = watch(project.folder)
        await using started = startFastmcp(words('weather'), { cwd: project.folder })
        await once(watcher, 'change')
        started.kill(signal)
        await started.exited
        watcher.close()
        if (existsSync(project.path('weather'))) assert.deepEqual(contents(project.path('weather')), complete)
        if (signal !== 'SIGKILL') assert.deepEqual(names(project.folder), ['weather'])
        if (existsSync(project.path('weather'))) continue
        // What a killed one could not take away, the next one does.
        const again = await fastmcp(words('weather'), { cwd: project.folder })
        assert.equal(again.code, 0, again.stderr)
        assert.deepEqual(names(project.folder), ['weather'])
      }
    })
  }
})

/** A small disk in the place of a folder, taken away with the project. */
class Disk extends Project {
  readonly mounted: boolean

  constructor(files: Record<string, string>, options: string) {
    super({})
    const place = this.path('disk')
    this.write('disk/.keep', '')
    this.mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', place]).status === 0
    for (const [name, text] of Object.entries(files)) this.write(`disk/${name}`, text)
    if (this.mounted && options !== '') spawnSync('mount', ['-o', `remount,${options}`, place])
  }

  override [Symbol.dispose](): void {
    if (this.mounted) spawnSync('umount', [this.path('disk')])
    super[Symbol.dispose]()
  }
}

describe('where a disk cannot take the project, nothing of it is left', () => {
  const manifest = '{ "name": "mine" }\n'
  const places: Record<string, [folder: string, files: Record<string, string>]> = {
    'a new folder': ['weather', {}],
    'a new folder in new ones': ['deep/down/weather', {}],
    'an empty folder': ['.', {}],
    'a project that is there': ['.', { 'package.json': manifest }],
  }
  for (const [name, [folder, files]] of Object.entries(places)) {
    test(`${name} on a full disk`, async (t) => {
      using disk = new Disk(files, '')
      if (!disk.mounted) return t.skip('no disk can be mounted here')
      const before = contents(disk.path('disk'))
      const { code, stderr } = await fastmcp(words(folder), { cwd: disk.path('disk') })
      assert.match(stderr, /cannot be written: the disk is full\n {2}nothing was written\n$/)
      assert.equal(code, 1)
      assert.deepEqual(contents(disk.path('disk')), before)
      assert.deepEqual(names(disk.path('disk')), Object.keys(files))
    })

    test(`${name} on a disk that is read-only`, async (t) => {
      using disk = new Disk(files, 'ro')
      if (!disk.mounted) return t.skip('no disk can be mounted here')
      const { code, stderr } = await fastmcp(words(folder), { cwd: disk.path('disk') })
      assert.match(stderr, /cannot be written: the disk is read-only\n {2}nothing was written\n$/)
      assert.equal(code, 1)
      assert.deepEqual(names(disk.path('disk')), Object.keys(files))
    })
  }
})

test('where files may not be that large, nothing is left', {
  skip: process.platform === 'win32',
}, async () => {
  using project = new Project({})
  // A process of Node is not ended by the signal for it only where somebody ignores it.
  const script = `trap '' XFSZ; ulimit -f 1; exec '${process.execPath}' '${program}' init weather --yes --no-install --no-git`
  const { code, stderr } = await run('sh', ['-c', script], { cwd: project.folder })
  assert.match(stderr, /the file is too large for this file system\n {2}nothing was written\n$/)
  assert.equal(code, 1)
  assert.deepEqual(names(project.folder), [])
})

test('a project whose package.json is replaced keeps its rights', async () => {
  using project = new Project({ 'package.json': '{ "name": "mine" }' })
  chmodSync(project.path('package.json'), 0o664)
  assert.equal((await fastmcp(words('.'), { cwd: project.folder })).code, 0)
  assert.equal(statSync(project.path('package.json')).mode & 0o777, 0o664)
})

test('Ctrl-C while dependencies are installed ends npm too, and says what is there', {
  skip: noTerminal,
}, async () => {
  using project = new Project({ 'bin/npm': '#!/bin/sh\necho $$ > pid\nexec sleep 100\n' })
  chmodSync(project.path('bin/npm'), 0o755)
  const env = { PATH: `${project.path('bin')}:${process.env.PATH}`, NO_COLOR: '1' }
  const words = ['init', 'weather', '--template', 'basic', '--no-git']
  await using terminal = atTerminal(words, { cwd: project.folder, env })
  await terminal.until(/installing dependencies with npm … 1 s/, 'stdout')
  terminal.press('\x03')
  assert.equal((await terminal.exited).code, 130)
  assert.match(terminal.screen, /fastmcp: cancelled; the project files are in place\n {2}npm install/)
  const pid = Number(readFileSync(project.path('weather/pid'), 'utf8'))
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})
