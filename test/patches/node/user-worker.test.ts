import assert from 'node:assert/strict'
import { test } from 'node:test'
import { root, run } from '../../support/program.ts'
import { Project } from '../../support/project.ts'

test('a thread that it is preloaded into has no way to stdout', async () => {
  using project = new Project({
    'thread.mjs': `import childProcess from 'node:child_process'
    import fs, { writeSync } from 'node:fs'
    console.log('by console')
    process.stdout.write('by stdout\\n')
    fs.writeSync(1, 'by fs\\n')
    writeSync(1, 'by import\\n')
    childProcess.spawnSync(process.execPath, ['-p', '"by child"'], { stdio: 'inherit' })`,
    'main.mjs': `import { once } from 'node:events'
    import { Worker } from 'node:worker_threads'
    const execArgv = ['--require', ${JSON.stringify(`${root}dist/user-worker.cjs`)}]
    await once(new Worker(new URL('thread.mjs', import.meta.url), { execArgv }), 'exit')
    console.log('protocol')`,
  })
  const outcome = await run(process.execPath, ['main.mjs'], { cwd: project.folder })
  assert.equal(outcome.stdout, 'protocol\n')
  for (const way of ['console', 'stdout', 'fs', 'import', 'child'])
    assert.match(outcome.stderr, new RegExp(`^by ${way}$`, 'm'))
})
