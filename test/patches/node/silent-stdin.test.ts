import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

test('user code has a stdin of its own, which ends when it is told to', async () => {
  const outcome = await runPatched(
    'node/silent-stdin',
    `import { once } from 'node:events'
    import imported from 'node:process'
    import { silenceStdin } from './patch.mjs'
    const silent = silenceStdin()
    const seen = process.stdin
    seen.on('data', (text) => console.log('user code has read', String(text)))
    console.log(imported.stdin === seen)
    silent.release()
    process.stdin.on('data', (text) => console.log('ours', String(text)))
    await once(process.stdin, 'end')
    console.log(seen.readableEnded)
    silent.end()
    await once(seen, 'end')
    console.log('ended')`,
    { input: 'words' },
  )
  assert.equal(outcome.stdout, 'true\nours words\nfalse\nended\n', outcome.stderr)
})
