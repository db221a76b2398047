import assert from 'node:assert/strict'
import { test } from 'node:test'
import { root, serveHttp } from '../support/program.ts'
import { openSession, rpc, send } from '../support/raw-http.ts'

/** Where the servers stand; `scripts/test-sdks.mjs` puts them beside older SDKs. */
const fixtures = process.env.FASTMCP_TEST_SDK_FOLDER ?? `${root}test/fixtures/sessions`
const sdks = (process.env.FASTMCP_TEST_SDK ?? 'v1,v2').split(',').filter((sdk) => sdk !== 'tmcp')
const acts = ['add', 'disable', 'enable', 'describe', 'schema', 'title', 'annotate', 'annotations'].concat(
  ...['nothing', 'rename', 'add', 'remove', 'disable', 'annotate', 'nothing'],
)

interface Result {
  tools?: { name: string }[]
  content?: { text: string }[]
}

const kinds = { 'as packages are': {}, 'by the SDK alone': { FASTMCP_SDK_ALONE: '1' } }

for (const sdk of sdks)
  for (const [kind, env] of Object.entries(kinds))
    test(`${sdk}, ${kind}: every list is the one that the SDK would make now, whatever has changed`, async () => {
      await using server = await serveHttp(`${fixtures}/lists.mjs:server`, [], { env: { SDK: sdk, ...env } })
      const sessions = await Promise.all(Array.from({ length: 4 }, () => openSession(server.url)))
      let id = 0
      const ask = async (headers: Record<string, string>, method: string, params: object = {}) => {
        const answer = await send(server.url, { headers, body: rpc(method, params, ++id) })
        assert.equal(answer.status, 200, answer.text)
        return (answer.json?.result ?? assert.fail(answer.text)) as Result
      }
      const [first = {}] = sessions
      const call = async (name: string) =>
        (await ask(first, 'tools/call', { name, arguments: {} })).content?.[0]?.text ?? ''
      let lists = 0
      for (const act of acts) {
        await call(`act-${act}`)
        const truth: unknown = JSON.parse(await call('truth'))
        for (const headers of [...sessions, ...sessions]) {
          const params = lists++ % 3 === 0 ? { _meta: { any: 1 } } : {}
          assert.deepEqual((await ask(headers, 'tools/list', params)).tools, truth, act)
        }
      }
      assert.ok(lists >= 100)

      // What the user's own handler shows to one caller is not shown to others.
      await call('act-filter')
      for (const shown of ['tool1', 'tool2', 'tool1']) {
        const { tools } = await ask({ ...first, 'x-shown': shown }, 'tools/list')
        assert.deepEqual(
          tools?.map(({ name }) => name),
          [shown],
        )
      }
      assert.ok(Number((await ask(first, 'tools/list')).tools?.length) > 10)
    })
