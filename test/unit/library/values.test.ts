import {
  promptResult,
  type ResourceValue,
  resourceResult,
  toolResult,
} from '../../../src/library/define/values.ts'
import { refused, table } from '../../support/table.ts'

const text = (words: string) => ({ content: [{ type: 'text', text: words }] })
const image = { type: 'image', data: 'AA==', mimeType: 'image/png' }
const needsInput = { resultType: 'input_required', inputRequests: {} }

table('toolResult', (value: unknown) => toolResult(value, false), [
  ['words', text('words')],
  ['', text('')],
  [undefined, { content: [] }],
  [null, { content: [] }],
  [0, text('0')],
  [false, text('false')],
  [{ a: 1 }, text('{"a":1}')],
  [[], text('[]')],
  [12n, text('"12"')],
  [{ big: 12n, date: new Date(0) }, text('{"big":"12","date":"1970-01-01T00:00:00.000Z"}')],
  [
    Uint8Array.of(1, 2),
    {
      content: [
        {
          type: 'resource',
          resource: {
            uri: 'data:application/octet-stream',
            mimeType: 'application/octet-stream',
            blob: 'AQI=',
          },
        },
      ],
    },
  ],
  [image, { content: [image] }],
  [[image, image], { content: [image, image] }],
  [[image, 'words'], text(JSON.stringify([image, 'words'])), 'a list that is not of blocks alone'],
  [{ type: 'image', data: 1 }, text('{"type":"image","data":1}'), 'data that only has a type'],
  [{ type: 'constructor', text: 'a' }, text('{"type":"constructor","text":"a"}')],
  [{ type: '__proto__' }, text('{"type":"__proto__"}')],
  [
    { type: 'resource', resource: { uri: 'a:b' } },
    { content: [{ type: 'resource', resource: { uri: 'a:b' } }] },
  ],
  [{ type: 'resource', uri: 'a:b' }, text('{"type":"resource","uri":"a:b"}')],
  [
    { content: [image], isError: true },
    { content: [image], isError: true },
  ],
  [{ content: [] }, { content: [] }],
  [{ content: ['words'] }, text('{"content":["words"]}'), 'data that only has a content'],
  [needsInput, needsInput],
  [() => 1, refused(/^the handler returned a function/)],
  [Symbol('s'), refused(/^the handler returned a symbol/)],
])

table('toolResult, where there is an output schema,', (value: unknown) => toolResult(value, true), [
  [{ a: 1 }, { ...text('{"a":1}'), structuredContent: { a: 1 } }],
  [[1], { ...text('[1]'), structuredContent: [1] }],
  [{ content: [image] }, { content: [image] }, 'a result of its own'],
])

table('resourceResult', (value: ResourceValue) => resourceResult(value, 'a:b', undefined).contents, [
  ['words', [{ uri: 'a:b', mimeType: 'text/plain', text: 'words' }]],
  [{ a: 1 }, [{ uri: 'a:b', mimeType: 'application/json', text: '{"a":1}' }]],
  [[], [{ uri: 'a:b', mimeType: 'application/json', text: '[]' }]],
  [Uint8Array.of(255), [{ uri: 'a:b', mimeType: 'application/octet-stream', blob: '/w==' }]],
  [{ contents: [] }, []],
  [{ contents: 1 }, [{ uri: 'a:b', mimeType: 'application/json', text: '{"contents":1}' }]],
])

table(
  'the mimeType of resourceResult',
  (value: ResourceValue) => resourceResult(value, 'a:b', 'text/csv').contents[0]?.mimeType,
  [
    ['words', 'text/csv'],
    [{}, 'text/csv'],
    [Uint8Array.of(), 'text/csv'],
  ],
)

const message = { role: 'user' as const, content: { type: 'text' as const, text: 'words' } }
table('promptResult', promptResult, [
  ['words', { messages: [message] }],
  [[message], { messages: [message] }],
  [[], { messages: [] }],
  [
    { messages: [], description: 'a' },
    { messages: [], description: 'a' },
  ],
])
