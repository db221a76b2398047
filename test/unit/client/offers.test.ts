import type { Offers } from '../../../src/client/offers.ts'
import { firstLine, offersCount, offersText } from '../../../src/client/offers.ts'
import { table } from '../../support/table.ts'

table('firstLine', (text: string | undefined) => firstLine(text, 10), [
  [undefined, ''],
  ['', ''],
  ['\n first \n second', 'first '],
  ['first\r\nsecond', 'first'],
  ['1234567890', '1234567890'],
  ['12345678901', '123456789…'],
  ['a\tb', 'a b'],
  ['a\x1b[31mb', 'a\ufffd[31mb', 'what would colour the terminal'],
])

const nothing: Offers = { tools: [], prompts: [], resources: [], resourceTemplates: [] }
const tool = {
  name: 'add',
  description: 'Adds.\nMore.',
  inputSchema: { type: 'object' as const, properties: { a: { type: 'number' } } },
}
const prompt = { name: 'ask', arguments: [{ name: 'topic', required: true }, { name: 'tone' }] }
const resource = { name: 'note', uri: 'notes://a' }
const template = { name: 'user', uriTemplate: 'users://{id}', description: 'A user' }
const full: Offers = {
  tools: [tool],
  prompts: [prompt],
  resources: [resource],
  resourceTemplates: [template],
}

table('offersCount', offersCount, [
  [nothing, 'nothing'],
  [full, '1 tool, 1 prompt, 1 resource, 1 template'],
  [{ ...nothing, tools: [tool, tool] }, '2 tools'],
])

table('offersText', (offers: Offers) => offersText(offers, { schema: false }).split('\n'), [
  [nothing, ['']],
  [
    full,
    [
      'Tools',
      '  add [a=number]   Adds.',
      '',
      'Prompts',
      '  ask topic=… [tone=…]',
      '',
      'Resources',
      '  notes://a   note',
      '',
      'Templates',
      '  users://{id}   A user',
    ],
  ],
  [
    { ...nothing, resources: [{ name: 'long', uri: `a:${'x'.repeat(50)}` }, resource] },
    ['Resources', `  a:${'x'.repeat(50)}`, '              long', '  notes://a   note'],
    'what is too wide stands on a line of its own',
  ],
])
