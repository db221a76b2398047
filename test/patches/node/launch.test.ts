import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

const starts = {
  spawn: "spawn('server', ['one'], { stdio: 'inherit', env: { A: 'b' } })",
  spawnSync: "spawnSync('server', ['one'], { stdio: 'inherit', env: { A: 'b' } })",
  execFileSync: "execFileSync('server', ['one'], { stdio: 'inherit', env: { A: 'b' } })",
}

describe('a program that gets our streams is not started', () => {
  for (const [name, call] of Object.entries(starts)) {
    test(name, async () => {
      const outcome = await runPatched(
        'node/launch',
        `import { ${name} } from 'node:child_process'
        import { HeldLaunches } from './patch.mjs'
        const launches = new HeldLaunches(() => true, () => console.log('held'))
        try { ${call} } catch (error) { console.log(error.name) }
        const { command, args, env } = launches.launch
        console.log(command, args, env)
        try { process.exit() } catch (error) { console.log('no', error.name) }`,
      )
      const ends = name === 'spawn' ? '' : 'ExitRequested\n'
      assert.equal(
        outcome.stdout,
        `held\n${ends}server [ 'one' ] { A: 'b' }\nno ExitRequested\n`,
        outcome.stderr,
      )
    })
  }
})

test('a child that was never spawned can be used like one, and keeps no process', async () => {
  const outcome = await runPatched(
    'node/launch',
    `import childProcess from 'node:child_process'
    import { HeldLaunches } from './patch.mjs'
    new HeldLaunches(() => true, () => undefined)
    const child = childProcess.spawn('server', { stdio: 'inherit' })
    child.on('exit', () => console.log('ended'))
    console.log(child instanceof childProcess.ChildProcess, child.pid, child.kill(), child.exitCode)`,
  )
  assert.deepEqual([outcome.code, outcome.stdout], [0, 'true undefined true null\n'], outcome.stderr)
})

test('other programs start, and all do again afterwards', async () => {
  const echo = (word: string, stdio: string) =>
    `String(spawnSync(process.execPath, ['-p', '"${word}"'], { stdio: ${stdio} }).stdout)`
  const outcome = await runPatched(
    'node/launch',
    `import childProcess, { spawnSync } from 'node:child_process'
    import { HeldLaunches } from './patch.mjs'
    const { spawn } = childProcess
    const launches = new HeldLaunches(() => true, () => undefined)
    console.log(spawn !== childProcess.spawn, ${echo('piped', "'pipe'")})
    launches.finish()
    console.log(spawn === childProcess.spawn, ${echo('inherited', "'inherit'")})`,
  )
  assert.equal(outcome.stdout, 'true piped\n\ninherited\ntrue null\n', outcome.stderr)
})
