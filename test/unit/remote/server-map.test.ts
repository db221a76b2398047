import { serverIn } from '../../../src/remote/server-map.ts'
import { refused, table } from '../../support/table.ts'

const weather = { command: 'node', args: ['weather.js'] }
const notes = { url: 'http://127.0.0.1:8000/mcp' }

const found = ([map, name]: readonly [Record<string, unknown>, string?]) =>
  serverIn(map, name, 'mcp.json', '/project')

table('serverIn', found, [
  [[{ mcpServers: { weather } }], weather],
  [[{ servers: { notes } }], notes],
  [[{ mcpServers: { weather, notes } }, 'notes'], notes],
  [[{ mcpServers: { '': weather } }, ''], weather],
  [[{ mcpServers: JSON.parse('{"__proto__": {"command": "a"}}') }], { command: 'a' }],
  [[{ mcpServers: JSON.parse('{"__proto__": {"command": "a"}, "b": {}}') }, '__proto__'], { command: 'a' }],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as clients write it.
  [[{ mcpServers: { a: { cwd: '${workspaceFolder}/a' } } }], { cwd: '/project/a' }],
  [[{ mcpServers: { weather, notes } }], refused(/weather, notes\. Name one: mcp\.json:weather$/)],
  [[{ mcpServers: { weather } }, 'wether'], refused(/"wether".*weather/)],
  [[{ mcpServers: { weather } }, 'constructor'], refused(/"constructor"/)],
  [[{ mcpServers: {} }], refused(/mcp\.json/)],
  [[{ mcpServers: [] }], refused(/mcpServers must be/)],
  [[{}], refused(/mcpServers must be/)],
  [[{ mcpServers: { weather: 'node' } }], refused(/weather must be an object/)],
  [[{ mcpServers: { weather: null } }], refused(/weather must be an object/)],
])
