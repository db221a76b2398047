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

class Named {
  readonly name = 'mine'
}
const shared = { a: 1 }
const circle: Record<string, unknown> = {}
circle.self = circle
function* lines() {
  yield 1
}
async function* later() {
  yield 1
}

table('toolResult', (value: unknown) => toolResult(value, false), [
  ['words', text('words')],
  ['', text('')],
  [undefined, { content: [] }],
  [null, { content: [] }],
  [0, text('0')],
  [false, text('false')],
  [{ a: 1 }, text('{"a":1}')],
  [[], text('[]')],
  [{ date: new Date(0), url: new URL('a:b') }, text('{"date":"1970-01-01T00:00:00.000Z","url":"a:b"}')],
  [new Named(), text('{"name":"mine"}'), 'an object of a class'],
  [{ same: [shared, shared] }, text('{"same":[{"a":1},{"a":1}]}'), 'the same twice is no circle'],
  [{ method: () => 1, a: 1 }, text('{"a":1}'), 'methods are left out, as everybody knows of JSON'],
  [12n, text('"12"'), 'a number without digits in JSON is text'],
  [{ rows: [{ id: 12n }] }, text('{"rows":[{"id":"12"}]}')],
  [new Map([['a', 1]]), refused(/a Map, which cannot be sent: Object\.fromEntries/)],
  [{ tags: new Set(['a']) }, refused(/a Set at tags, which cannot be sent: Array\.from/)],
  [new (class extends Map {})(), refused(/a Map, which/)],
  [lines(), refused(/a generator, which cannot be sent: Array\.from/)],
  [later(), refused(/an async generator, which cannot be sent: collect/)],
  [[1, 2].values(), refused(/an Array Iterator, which/)],
  [
    { data: { later: Promise.resolve(1) } },
    refused(/a Promise at data\.later, which cannot be sent: await it/),
  ],
  [new Error('wrong'), refused(/an Error, which cannot be sent: throw it/)],
  [new ArrayBuffer(8), refused(/an ArrayBuffer, which cannot be sent: new Uint8Array/)],
  [{ query: new URLSearchParams('a=1') }, refused(/a URLSearchParams at query, which/)],
  [/a/, refused(/a RegExp, which/)],
  [circle, refused(/^the handler returned an object that holds itself at self$/)],
  [{ list: [{ up: circle }] }, refused(/an object that holds itself at list\.0\.up\.self$/)],
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
  [undefined as never, refused(/^the handler returned undefined: return text, bytes or data$/)],
  [12 as never, [{ uri: 'a:b', mimeType: 'application/json', text: '12' }]],
  [new Map(), refused(/^the handler returned a Map/)],
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
  [
    undefined as never,
    refused(/^the handler returned undefined: return text, which is a user message, or messages$/),
  ],
  [{} as never, refused(/^the handler returned an object: return text/)],
  [12 as never, refused(/^the handler returned a number: return text/)],
  ['words', { messages: [message] }],
  [[message], { messages: [message] }],
  [[], { messages: [] }],
  [
    { messages: [], description: 'a' },
    { messages: [], description: 'a' },
  ],
])
