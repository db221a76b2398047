import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { atTerminal, noTerminal } from '../support/terminal.ts'

const skip = noTerminal

/** Keys, and what shows and hides the cursor. */
const down = '\x1b[B'
const clearLine = '\x15'
const [showCursor, hideCursor] = ['\x1b[?25h', '\x1b[?25l']

const asking = `
  import { existsSync, rmSync } from 'node:fs'
  import { FastMCP } from 'fastmcp-cli'
  import { z } from 'zod'
  export const mcp = new FastMCP({ name: 'asking' })
  mcp.tool({ name: 'order' }, async (_args, ctx) => {
    const answer = await ctx.elicit('What would you like?', z.object({
      drink: z.enum(['tea', 'coffee']),
      cups: z.number().int().default(1),
      sugar: z.boolean().optional(),
    }))
    return JSON.stringify(answer.action === 'accept' ? answer.data : answer.action)
  })
  mcp.tool({ name: 'chat' }, async (_args, ctx) => {
    const asked = ctx.elicit('Are you there?', z.object({ name: z.string() }))
    while (!existsSync('shown')) await new Promise((resolve) => setTimeout(resolve, 20))
    await ctx.log.info('I am waiting')
    rmSync('shown')
    return (await asked).action
  })
  mcp.tool({ name: 'steps' }, async (_args, ctx) => {
    for (const step of [1, 2, 3]) {
      await ctx.progress(step, 3, 'step ' + step)
      await ctx.log.info('did ' + step)
    }
    return 'all done\\u001b[31m'
  })`

test('what a server asks is put to the person, until the answer fits', { skip }, async () => {
  using project = new Project({ 'server.ts': asking })
  await using terminal = atTerminal(['call', 'server.ts', 'order'], { cwd: project.folder })
  await terminal.until(/What would you like\?[\s\S]*drink[\s\S]*tea[\s\S]*coffee/, 'stdout')
  terminal.press(`${down}\r`)
  await terminal.until(/cups \(integer\)/, 'stdout')
  terminal.press('two\r')
  await terminal.until(/must be integer, not "two"/, 'stdout')
  terminal.press(`${clearLine}\r`)
  await terminal.until(/sugar[\s\S]*yes[\s\S]*leave out/, 'stdout')
  // It stands at the last, and goes round to the first.
  terminal.press(`${down}\r`)
  await terminal.until(/\{"drink":"coffee","cups":1,"sugar":true\}/, 'stdout')
  assert.equal((await terminal.exited).code, 0)
})

test('what a server asks over HTTP is put to the person, too', { skip }, async () => {
  using project = new Project({ 'server.ts': asking })
  await using server = await serveHttp('server.ts', [], { cwd: project.folder })
  await using terminal = atTerminal(['call', server.url.href, 'order'])
  await terminal.until(/drink[\s\S]*decline/, 'stdout')
  terminal.press(`${down}${down}\r`)
  await terminal.until(/"decline"/, 'stdout')
  assert.equal((await terminal.exited).code, 0)
})

for (const [name, key] of Object.entries({ Escape: '\x1b', 'Ctrl-D': '\x04' })) {
  test(`${name} at a question leaves it, and the call goes on`, { skip }, async () => {
    using project = new Project({ 'server.ts': asking })
    await using terminal = atTerminal(['call', 'server.ts', 'order'], { cwd: project.folder })
    await terminal.until(/drink[\s\S]*decline/, 'stdout')
    terminal.press(key)
    await terminal.until(/"cancel"/, 'stdout')
    assert.equal((await terminal.exited).code, 0)
    assert.ok(terminal.screen.lastIndexOf(showCursor) > terminal.screen.lastIndexOf(hideCursor))
  })
}

test('what a server says while it asks is said after the answer', { skip }, async () => {
  using project = new Project({ 'server.ts': asking })
  await using terminal = atTerminal(['call', 'server.ts', 'chat'], { cwd: project.folder })
  await terminal.until(/name \(string\)/, 'stdout')
  project.write('shown', '')
  while (existsSync(project.path('shown'))) await delay(20)
  terminal.press('Ann\r')
  assert.equal((await terminal.exited).code, 0)
  assert.match(terminal.screen, /Ann[\s\S]*\n\S*\[info\]\S* I am waiting\naccept\n$/)
})

test('Ctrl-C at a question gives up the call', { skip }, async () => {
  using project = new Project({ 'server.ts': asking })
  await using terminal = atTerminal(['call', 'server.ts', 'order'], { cwd: project.folder })
  await terminal.until(/drink[\s\S]*decline/, 'stdout')
  terminal.press('\x03')
  assert.equal((await terminal.exited).code, 130)
})

test('progress is a bar, logs stand above it, and the answer cannot touch the terminal', {
  skip,
}, async () => {
  using project = new Project({ 'server.ts': asking })
  await using terminal = atTerminal(['call', 'server.ts', 'steps'], { cwd: project.folder })
  assert.equal((await terminal.exited).code, 0)
  assert.match(terminal.screen, /█+░+ 1\/3 step 1/)
  assert.match(terminal.screen, /█{24} 3\/3 step 3/)
  assert.match(terminal.screen, /did 2\n/)
  assert.match(terminal.screen, /all done\ufffd\[31m\n$/)
})

test('init asks for the folder and the template', { skip }, async () => {
  using project = new Project({})
  await using terminal = atTerminal(['init', '--no-install', '--no-git'], { cwd: project.folder })
  await terminal.until(/Where should the project be\?/, 'stdout')
  terminal.press('weather\r')
  await terminal.until(/What should it start from\?/, 'stdout')
  terminal.press('\x1b[B\r')
  await terminal.until(/weather\/ created from "sdk"/, 'stdout')
  assert.equal((await terminal.exited).code, 0)
  assert.equal(JSON.parse(readFileSync(project.path('weather/package.json'), 'utf8')).name, 'weather')
})

test('init given up with Ctrl-C writes nothing', { skip }, async () => {
  using project = new Project({})
  await using terminal = atTerminal(['init', 'weather', '--no-install', '--no-git'], { cwd: project.folder })
  await terminal.until(/What should it start from\?/, 'stdout')
  terminal.press('\x03')
  await terminal.until(/nothing was written/, 'stdout')
  assert.equal((await terminal.exited).code, 130)
  assert.equal(existsSync(project.path('weather')), false)
})
