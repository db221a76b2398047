import { fitted } from '../../../src/terminal/fitted.ts'
import { table } from '../../support/table.ts'

const at = ([columns, text, hang]: readonly [number | undefined, string, number?]) =>
  fitted(text, columns, hang)

table('fitted', at, [
  [[undefined, 'a line '.repeat(30)], 'a line '.repeat(30), 'of no known width'],
  [[40, 'short\n  lines'], 'short\n  lines'],
  [
    [40, 'fastmcp: cannot listen on 127.0.0.1:8000: the port is in use.'],
    'fastmcp: cannot listen on\n  127.0.0.1:8000: the port is in use.',
  ],
  [[40, 'one two three four five six seven eight nine', 0], 'one two three four five six seven eight\nnine'],
  [
    [40, '  add   Add two numbers and say what they are together'],
    '  add   Add two numbers and say what\n        they are together',
    'goes on under its last cell',
  ],
  [
    [40, '  fastmcp run server.ts -t http    on http://127.0.0.1:8000/mcp'],
    '  fastmcp run server.ts -t http\n    on http://127.0.0.1:8000/mcp',
    'a cell without room stands below',
  ],
  [
    [60, '  a client starts this command itself:  npx fastmcp-cli install cursor server.ts'],
    '  a client starts this command itself:\n    npx fastmcp-cli install cursor server.ts',
  ],
  [[40, `  at ${'x'.repeat(60)} here`], `  at\n    ${'x'.repeat(60)}\n    here`, 'no word is broken'],
  [[40, 'x'.repeat(60)], 'x'.repeat(60)],
  [
    [40, "  fastmcp run 'Mein Ordner/server.ts' --env-file 'Mein Ordner/.env' -t http"],
    "  fastmcp run 'Mein Ordner/server.ts' \\\n      --env-file 'Mein Ordner/.env' -t \\\n      http",
    'a command goes on as a shell takes it',
  ],
  [
    [40, 'unknown command "isntall". Did you mean npx fastmcp-cli install?'],
    'unknown command "isntall". Did you mean\n  npx fastmcp-cli install?',
  ],
  [
    [40, 'clients reject tools/list; fastmcp inspect --check says why'],
    'clients reject tools/list;\n  fastmcp inspect --check says why',
  ],
  [
    [40, 'Usage: fastmcp call <server|url> <tool> [name=value | name:=json …] [options]', 7],
    'Usage: fastmcp call <server|url> <tool>\n       [name=value | name:=json …]\n       [options]',
  ],
  [
    [40, '  fastmcp call http://127.0.0.1:8000/mcp forecast --args \'{"city": "Oslo"}\''],
    '  fastmcp call \\\n      http://127.0.0.1:8000/mcp \\\n      forecast --args \\\n      \'{"city": "Oslo"}\'',
  ],
  [
    [40, 'fastmcp 0.1.0  weather 1.2.0 · 2 tools, 11 prompts'],
    'fastmcp 0.1.0  weather 1.2.0 · 2 tools,\n               11 prompts',
    'a number stays with what it counts',
  ],
  [
    [40, '  > 12 │   return r.json(; // and whatever else is in this line'],
    '  > 12 │   return r.json(; // and whate…',
    'source code is cut',
  ],
  [
    [40, '  日本語   日本語の説明文です、 とても長いです'],
    '  日本語   日本語の説明文です、\n           とても長いです',
    'as wide as it is shown',
  ],
  [
    [40, '\x1b[1mfastmcp\x1b[22m 0.1.0  weather 1.2.0 · server.ts:mcp · 2 tools'],
    '\x1b[1mfastmcp\x1b[22m 0.1.0  weather 1.2.0 ·\n               server.ts:mcp · 2 tools',
    'colours take no room',
  ],
])
