import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

test('threads and forks from TypeScript run a script that is told of the file; others are left alone', async () => {
  const outcome = await runPatched(
    'node/typescript-children',
    `import { fork } from 'node:child_process'
    import { once } from 'node:events'
    import { Worker } from 'node:worker_threads'
    import { startTypescriptChildren } from './patch.mjs'
    startTypescriptChildren(new URL('runner.mjs', import.meta.url))
    await once(new Worker(new URL('thread.ts', import.meta.url)), 'exit')
    await once(new Worker('./emitted.js'), 'exit')
    await once(new Worker(new URL('plain.mjs', import.meta.url)), 'exit')
    await once(new Worker("console.log('by text')", { eval: true }), 'exit')
    await once(fork('fork.ts', ['one']), 'close')
    await once(fork('plain.mjs'), 'close')`,
    {
      files: {
        'thread.ts': '',
        'emitted.ts': '',
        'fork.ts': '',
        'plain.mjs': "console.log('plain')",
        'runner.mjs': `import { basename } from 'node:path'
        import { getEnvironmentData, isMainThread } from 'node:worker_threads'
        if (isMainThread) console.log('fork of', ...process.argv.slice(2))
        else console.log('thread of', basename(getEnvironmentData('fastmcp.file')))`,
      },
    },
  )
  const said = [
    'thread of thread.ts',
    'thread of emitted.ts',
    'plain',
    'by text',
    'fork of fork.ts one',
    'plain',
    '',
  ]
  assert.deepEqual(outcome.stdout.split('\n'), said, outcome.stderr)
})
