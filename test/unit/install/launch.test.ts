import { safeName } from '../../../src/files/server-name.ts'
import { isOurs } from '../../../src/install/launch.ts'
import { table } from '../../support/table.ts'

table('safeName', safeName, [
  ['weather', 'weather'],
  ['@scope/weather', 'weather'],
  ['my server.ts', 'my-server-ts'],
  ['--a--', 'a'],
  ['städte', 'st-dte'],
  ['', 'server'],
  ['🚆', 'server'],
  ['__proto__', '__proto__'],
  ['a\r\nb', 'a-b'],
  ['x'.repeat(100), 'x'.repeat(60)],
  [`${'x'.repeat(59)} y`, 'x'.repeat(59), 'no dash is left at the end'],
])

table('isOurs', isOurs, [
  [{ command: 'node', args: ['/a/node_modules/fastmcp-cli/bin/fastmcp.js', 'run'] }, true],
  [{ command: 'npx', args: ['-y', 'fastmcp-cli', 'run'] }, true],
  [{ command: 'node', args: ['C:\\a\\bin\\fastmcp.js'] }, true],
  [{ command: 'npx', args: ['fastmcp'] }, false],
  [{ command: 'node', args: ['server.js'] }, false],
  [{}, false],
  [null, false],
])
