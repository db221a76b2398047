import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

test('threads and forks from TypeScript preload a script that is told of the file; others do where something was compiled', async () => {
  const outcome = await runPatched(
    'node/typescript-children',
    `import { fork } from 'node:child_process'
    import { once } from 'node:events'
    import { Worker } from 'node:worker_threads'
    import { startTypescriptChildren } from './patch.mjs'
    let compiles = false
    startTypescriptChildren(new URL('preload.mjs', import.meta.url), () => compiles)
    await once(new Worker(new URL('thread.ts', import.meta.url)), 'exit')
    await once(new Worker('./emitted.js'), 'exit')
    await once(new Worker(new URL('plain.mjs', import.meta.url)), 'exit')
    await once(new Worker("console.log('by text')", { eval: true }), 'exit')
    await once(fork('fork.ts', ['one']), 'close')
    await once(fork('plain.mjs'), 'close')
    compiles = true
    await once(new Worker(new URL('plain.mjs', import.meta.url)), 'exit')
    await once(fork('plain.mjs'), 'close')`,
    {
      files: {
        'thread.ts': '',
        'emitted.ts': '',
        'fork.ts': '',
        'plain.mjs': "console.log('plain')",
        // Without a compiler, Node has nothing to do with a file of TypeScript.
        'preload.mjs': `import { writeSync } from 'node:fs'
        import { basename } from 'node:path'
        import { getEnvironmentData, isMainThread } from 'node:worker_threads'
        const [, path, ...args] = process.argv
        const file = isMainThread ? path : getEnvironmentData('fastmcp.file')
        writeSync(1, [isMainThread ? 'fork of' : 'thread of', basename(file), ...args].join(' ') + '\\n')
        process.exit()`,
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
    'thread of plain.mjs',
    'fork of plain.mjs',
    '',
  ]
  assert.deepEqual(outcome.stdout.split('\n'), said, outcome.stderr)
})
