// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders that clients write.
import { homedir } from 'node:os'
import { after, before } from 'node:test'
import { withVariables } from '../../../src/files/environment.ts'
import { refused, table } from '../../support/table.ts'

const names = { UNIT_TOKEN: 'secret', UNIT_EMPTY: '', UNIT_LOOKS: '${UNIT_TOKEN}' }
before(() => void Object.assign(process.env, names))
after(() => {
  for (const name of Object.keys(names)) delete process.env[name]
})

table('withVariables', (value: unknown) => withVariables(value, '/home/me/project', 'mcp.json: weather'), [
  ['plain', 'plain'],
  ['Bearer ${UNIT_TOKEN}', 'Bearer secret'],
  ['${env:UNIT_TOKEN}${UNIT_TOKEN}', 'secretsecret'],
  ['${UNIT_EMPTY}', ''],
  ['${UNIT_LOOKS}', '${UNIT_TOKEN}', 'what a variable holds is not looked into'],
  ['${UNIT_NONE:-fallback}', 'fallback'],
  ['${UNIT_NONE:-}', ''],
  ['${UNIT_TOKEN:-fallback}', 'secret'],
  ['${workspaceFolder}/server.ts', '/home/me/project/server.ts'],
  ['${workspaceFolderBasename}', 'project'],
  ['${userHome}', homedir()],
  ['$UNIT_TOKEN %UNIT_TOKEN%', '$UNIT_TOKEN %UNIT_TOKEN%', 'what no client replaces'],
  ['${}', '${}'],
  [
    { args: ['${UNIT_TOKEN}', 1, null], '${UNIT_TOKEN}': true },
    { args: ['secret', 1, null], '${UNIT_TOKEN}': true },
  ],
  [JSON.parse('{"__proto__": "${UNIT_TOKEN}"}'), JSON.parse('{"__proto__": "secret"}')],
  ['${UNIT_NONE}', refused(/^mcp\.json: weather needs the variable UNIT_NONE, which is not set$/)],
  ['${constructor}', refused(/needs the variable constructor, which is not set/)],
  ['${__proto__}', refused(/needs the variable __proto__, which is not set/)],
  ['${input:key}', refused(/needs the input key, which only its client can ask for/)],
])
