import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientV2, connectV1, connectV2, pinned } from '../support/clients.ts'
import { eventually, textOf } from '../support/dev.ts'
import { startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'

/** A factory whose servers all offer what is in one list, and tell their clients when that grows. */
const shared = `
const names = ['first']
const servers = new Set()
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] })
export function createServer() {
  const server = new McpServer({ name: 'shared', version: '1.0.0' }, { capabilities: { tools: { listChanged: true } } })
  const offer = (name) => server.registerTool(name, {}, () => text(name))
  for (const name of names) offer(name)
  server.registerTool('open', {}, () => text(servers.size))
  server.registerTool('grow', {}, () => { names.push('grown'); HOW; return text('grew') })
  server.registerTool('postpone', {}, () => {
    setTimeout(() => { names.push('later'); for (const one of servers) one.add('later') }, 50)
    return text('will grow')
  })
  const entry = { add: offer }
  servers.add(entry)
  server.server.onclose = () => servers.delete(entry)
  return server
}`
const imports = {
  v1: "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'",
  v2: "import { McpServer } from '@modelcontextprotocol/server'",
}

for (const [sdk, first] of Object.entries(imports))
  for (const command of [
    ['run', '-t', 'http'],
    ['dev', '--no-inspector'],
  ])
    test(`${sdk}, ${command[0]}: what the servers of a factory announce reaches listeners of 2026-07-28`, async () => {
      using project = new Project({
        'server.js': `${first}\n${shared.replace('HOW', 'server.sendToolListChanged()')}`,
      })
      const [name = '', ...args] = command
      await using started = startFastmcp([name, project.path('server.js'), '-p', '0', ...args], {
        cwd: project.folder,
      })
      const [, url = ''] = await started.until(/listening on (\S+)/)
      const [listener, caller] = [
        await connectV2({ http: new URL(url) }, clientV2('listener', pinned)),
        await connectV2({ http: new URL(url) }, clientV2('listener', pinned)),
      ]
      const legacy = await connectV1({ http: new URL(url) })
      let heard = 0
      listener.setNotificationHandler('notifications/tools/list_changed', () => void heard++)
      const listening = await listener.listen({ toolsListChanged: true })
      // By the server of another request, by one of a session, and by what is behind all of them.
      for (const [index, call] of [
        () => textOf(caller, 'grow'),
        () => textOf(legacy, 'postpone'),
      ].entries()) {
        await call()
        await eventually(() => (heard > index ? true : undefined))
      }
      const { tools } = await listener.listTools()
      assert.deepEqual(
        tools.map((tool) => tool.name).filter((tool) => /grown|later/.test(tool)),
        ['grown', 'later'],
      )
      // What is held for listeners goes with the last of them.
      const during = Number(await textOf(caller, 'open'))
      await listening.close()
      await eventually(async () => (Number(await textOf(caller, 'open')) < during ? true : undefined))
      await Promise.all([listener.close(), caller.close(), legacy.close()])
    })
