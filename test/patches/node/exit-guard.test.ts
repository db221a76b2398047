import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

const handlers = `{
  whileLoading: (code) => { console.log('loading', code); guard.exit(code) },
  whileServing: (code) => console.log('serving', code),
}`

test('process.reallyExit ends a process without its listeners', async () => {
  const outcome = await runPatched(
    'node/exit-guard',
    `import { exitNow } from './patch.mjs'
    process.on('exit', () => console.log('heard'))
    exitNow(7)`,
  )
  assert.deepEqual([outcome.code, outcome.stdout], [7, ''], outcome.stderr)
})

test('without process.reallyExit the way out is that of Node', async () => {
  const outcome = await runPatched(
    'node/exit-guard',
    `const { reallyExit } = process
    process.exit = (code) => { console.log('exit', code); reallyExit.call(process, code) }
    const { exitNow } = await import('./patch.mjs')
    Reflect.deleteProperty(process, 'reallyExit')
    exitNow(4)`,
  )
  assert.deepEqual([outcome.code, outcome.stdout], [4, 'exit 4\n'], outcome.stderr)
})

test('an exit while serving is a request, and nothing after it runs', async () => {
  const outcome = await runPatched(
    'node/exit-guard',
    `import process from 'node:process'
    import { exit } from 'node:process'
    import { ExitGuard } from './patch.mjs'
    const guard = new ExitGuard(${handlers})
    guard.serving()
    try { process.exit(3); console.log('went on') } catch (error) { console.log(error.name) }
    guard.release()
    console.log(process.exit === exit)`,
  )
  assert.equal(outcome.stdout, 'serving 3\nExitRequested\ntrue\n', outcome.stderr)
})

test('an exit while loading has the code of the process where it names none, and is heard', async () => {
  const outcome = await runPatched(
    'node/exit-guard',
    `import { ExitGuard } from './patch.mjs'
    process.on('exit', (code) => console.log('heard', code))
    const guard = new ExitGuard(${handlers})
    process.exitCode = 5
    process.exit()`,
  )
  assert.deepEqual([outcome.code, outcome.stdout], [5, 'loading 5\nheard 5\n'], outcome.stderr)
})
