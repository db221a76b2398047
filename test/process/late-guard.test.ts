import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { test } from 'node:test'
import { fastmcp, patience, startFastmcp } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

// The thread that watches a load begins late where this very code has been loaded to its end before.

const [loop, same] = ['for (;;);', '//      ;']

const changes: Record<string, { entry: string; helper: string }> = {
  'a helper in JavaScript': { entry: 'server.mjs', helper: 'helper.mjs' },
  'a helper in JavaScript, of a server in TypeScript': { entry: 'server.ts', helper: 'helper.mjs' },
  'a helper in TypeScript': { entry: 'server.ts', helper: 'helper.ts' },
}

for (const [what, { entry, helper }] of chosen(Object.entries(changes), 3))
  test(`what has loaded before is watched again once it has changed: ${what}`, async () => {
    using project = new Project({
      // There from the start: a server may listen before it has kept anything.
      'cache/x': '',
      [entry]: `import './${helper}'\n${serverSource('export const server =')}`,
      [helper]: same,
    })
    const cache = project.path('cache')
    const options = { cwd: project.folder, env: { FASTMCP_CACHE_DIR: cache } }
    {
      await using started = startFastmcp(['run', entry, '-t', 'http', '-p', '0'], options)
      await started.until(/listening on/)
      await has(cache, [/^[0-9a-f]{24}\.json$/, /^packages-[0-9a-f]{24}\.json$/])
    }
    project.write(helper, loop)
    const { code, stderr } = await fastmcp(['run', entry, '--load-timeout', '1'], options)
    const says = `did not finish loading in 1 s: it blocks the event loop\\. Allow more with --load-timeout\\.\\n {2}at .*${helper}:1`
    assert.match(stderr, new RegExp(says))
    assert.equal(code, 3)
  })

/** Waits for files whose names are made in the background, when nothing else wants the processors. */
async function has(folder: string, names: readonly RegExp[]): Promise<void> {
  const all = () => names.every((name) => readdirSync(folder).some((one) => name.test(one)))
  assert.ok(existsSync(folder))
  const changes = watch(folder, { signal: AbortSignal.timeout(4 * patience) })
  if (all()) return
  for await (const _ of changes) if (all()) return
}
