import { shellWord } from '../../../src/terminal/shell-command.ts'
import { table } from '../../support/table.ts'

const windows = process.platform === 'win32'

table('shellWord', shellWord, [
  ['server.ts:mcp', 'server.ts:mcp'],
  ['--env=A', '--env=A'],
  ['http://127.0.0.1:8000/mcp', 'http://127.0.0.1:8000/mcp'],
  ['', windows ? '""' : "''"],
  ['my server.ts', windows ? '"my server.ts"' : "'my server.ts'"],
  ['$HOME', windows ? '"$HOME"' : "'$HOME'"],
  ["it's", windows ? '"it\'s"' : "'it'\\''s'"],
  ['a\nb', windows ? '"a\nb"' : "'a\nb'"],
  ['~/x', windows ? '"~/x"' : "'~/x'"],
  ['*', windows ? '"*"' : "'*'"],
  ['C:\\a\\server.ts', windows ? 'C:\\a\\server.ts' : "'C:\\a\\server.ts'"],
  ['städte.ts', windows ? '"städte.ts"' : "'städte.ts'"],
])
