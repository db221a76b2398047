import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { parseCommandLine } from '../../src/options/command-line.ts'
import { runTable } from '../../src/options/dev-options.ts'
import { root, run } from '../support/program.ts'
import { configOf, installed } from '../support/rolling.ts'

const examples = `${root}examples/deploy/`
const folder = mkdtempSync(join(tmpdir(), 'fastmcp-deploy-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** How each program judges its file. */
const linters: Record<string, [program: string, args: (path: string) => string[]]> = {
  'nginx.conf': ['nginx', (path) => ['-t', '-e', 'stderr', '-c', path]],
  'haproxy.cfg': ['haproxy', (path) => ['-c', '-f', path]],
  'fastmcp.service': ['systemd-analyze', (path) => ['verify', path]],
}

describe('the files of examples/deploy', () => {
  for (const name of readdirSync(examples)) {
    const [program, args] = linters[name] ?? assert.fail(`nothing judges ${name}`)
    test(`${program} accepts ${name}`, {
      skip: !installed(program) && `${program} is not installed`,
    }, async () => {
      const path = join(folder, name)
      const text = configOf(name, [18_080, 18_001, 18_002, 18_003], folder)
      // Where Node is depends on the machine.
      writeFileSync(path, text.replace('/usr/bin/node', process.execPath))
      const { code, stdout, stderr } = await run(installed(program) ?? program, args(path))
      assert.equal(code, 0, stdout + stderr)
    })

    test(`the command lines of ${name} are right`, () => {
      const lines = [...readFileSync(examples + name, 'utf8').matchAll(/fastmcp (run .*)/g)]
      assert.ok(lines.length > 0)
      for (const [, line = ''] of lines) parseCommandLine(line.split(' ').slice(1), runTable)
    })

    test(`docs/deploy.md tells of ${name}`, () => {
      assert.match(readFileSync(`${root}docs/deploy.md`, 'utf8'), new RegExp(`examples/deploy/${name}`))
    })
  }
})
