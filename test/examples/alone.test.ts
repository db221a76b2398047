import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { describe, test } from 'node:test'
import { root, run, serveHttp } from '../support/program.ts'
import { chosen } from '../support/whole.ts'
import { callerV1 } from './caller.ts'
import { examples, textOf } from './examples.ts'

const tsx = `${root}node_modules/tsx/dist/cli.mjs`

describe('an example run without the runner serves stdio', () => {
  for (const { file, module = file, forecast } of chosen(examples, 3)) {
    const path = `${root}examples/${module}`
    const direct = file.endsWith('.cjs') ? { program: path, stdio: [] } : { program: tsx, stdio: [path] }
    test(file.endsWith('.cjs') ? `node ${file}` : `tsx ${module}`, async () => {
      // tsx reads the tsconfig of the folder it is started in.
      const cwd = file === module ? dirname(path) : `${root}examples/${file}`
      const caller = await callerV1({ ...direct, cwd }, 'ann', 'Lisbon')
      try {
        const [args, answer] = forecast
        assert.deepEqual((await caller.call('forecast', args)).structuredContent, answer)
        assert.equal(await textOf(caller, 'whoami'), 'ann')
        assert.equal(await textOf(caller, 'trip'), '19 degrees')
      } finally {
        await caller.close()
      }
    })
  }
})

describe('examples/client.mjs', () => {
  const client = `${root}examples/client.mjs`

  test('prints what a tool answers', async () => {
    await using server = await serveHttp(`${root}examples/weather.ts`)
    const good = await run(process.execPath, [client, server.url.href, 'forecast', 'city=Oslo', 'days=2'])
    assert.deepEqual(JSON.parse(good.stdout), { city: 'Oslo', degrees: [4, 6] })
    assert.equal(good.code, 0)
    const bad = await run(process.execPath, [client, server.url.href, 'forecast', 'city=Atlantis'])
    assert.match(bad.stdout, /no weather for Atlantis/)
    assert.equal(bad.code, 1)
  })

  test('says how it is used', async () => {
    const { code, stderr } = await run(process.execPath, [client])
    assert.deepEqual([code, stderr], [2, 'usage: node examples/client.mjs <url> <tool> [name=value …]\n'])
  })
})
