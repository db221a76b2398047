import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type Block, blocksOf } from '../../scripts/site/pages.ts'
import { endedOrStopped, settingsFor } from '../support/as-typed.ts'
import { allowInstalls } from '../support/limits.ts'
import { program, root, start } from '../support/program.ts'
import { rarely } from '../support/whole.ts'

allowInstalls()

const outer = mkdtempSync(join(tmpdir(), 'fastmcp tutorial ä '))
const folder = join(outer, 'weather')
after(() => rmSync(outer, { recursive: true, force: true }))

/** What cannot be done as it is typed: a registry that has this package, a browser, and the port that people use. */
const asHere = (command: string) =>
  command
    .replace(/^npx fastmcp-cli init (.*)$/, `"${process.execPath}" "${program}" init $1 --no-install`)
    .replace(/^npm run dev$/, 'npx fastmcp dev src/server.ts --no-inspector')
    .replace(/npx fastmcp /, `exec "${process.execPath}" "${program}" `)
    .replace(/^node /, `exec "${process.execPath}" `)

/** The packages of this repository, as an installation would have put them there. */
function install(): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules')).filter((one) => !one.startsWith('.')))
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  symlinkSync(root, join(modules, 'fastmcp-cli'))
  for (const name of ['fastmcp', 'fastmcp-cli']) symlinkSync(program, join(modules, '.bin', name))
  for (const name of ['tsc', 'tsx'])
    symlinkSync(join(root, 'node_modules/.bin', name), join(modules, '.bin', name))
}

/**
 * One step: a file that is written, or a command; one that serves is stopped once it does.
 * @param prints what the page shows below the commands; an error there is meant.
 */
async function doStep({ language, title, text }: Block, prints?: string): Promise<void> {
  if (language === 'ts' && title !== undefined) {
    mkdirSync(dirname(join(folder, title)), { recursive: true })
    return writeFileSync(join(folder, title), text)
  }
  if (language !== 'sh') return
  let printed = ''
  for (const command of text.trim().split('\n')) {
    if (command.startsWith('cd ')) continue
    const cwd = command.includes(' init ') ? outer : folder
    const env = settingsFor(outer)
    await using started = start('/bin/sh', ['-c', asHere(command)], { cwd, env })
    started.child.stdin?.end()
    const { code, signal } = await endedOrStopped(started, /listening on http|ready in/)
    const meant = code === 5 && prints?.includes('failed: ')
    const fine = code === 0 || code === 143 || signal === 'SIGTERM' || meant
    printed += started.stdout + started.stderr
    assert.ok(fine, `${command}: ${code ?? signal}\n${started.stdout}\n${started.stderr}`)
    if (command.includes(' init ')) install()
  }
  if (prints !== undefined) assert.equal(printed, prints)
}

describe('the tutorial', () => {
  const steps = blocksOf('docs/tutorial.md')

  test('begins with a project', async () => {
    assert.ok(steps.length > 10)
    for (const step of steps.slice(0, 1)) await doStep(step)
    const [shown] = steps.filter(({ title }) => title === 'src/server.ts')
    assert.equal(shown?.text, readFileSync(join(folder, 'src/server.ts'), 'utf8'), 'what init has written')
  })

  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1]
    if (index === 0 || !['sh', 'ts'].includes(step.language)) continue
    const prints = next?.language === 'text' ? next.text : undefined
    rarely(`${step.title ?? step.text.trim()}`, () => doStep(step, prints))
  }
})
