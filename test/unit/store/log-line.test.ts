import assert from 'node:assert/strict'
import { test } from 'node:test'
import { header, type Line, lineOf, readLine, valueIn, versionIn } from '../../../src/store/file/log-line.ts'
import { newProcessName, sessionKey, subjectKey } from '../../../src/store/session-key.ts'

const [key, name] = [sessionKey('a session'), sessionKey('a name')]
const bare = (bytes: Buffer) => bytes.subarray(0, -1)

const lines: [Line, unknown?][] = [
  [
    { kind: 'session', seconds: 1_700_000_000, key },
    { initialize: { a: 'b c\nd' }, subscriptions: [] },
  ],
  [{ kind: 'text', key, name }, ['a name', '"text with  spaces\\n and ü 🍎"']],
  [{ kind: 'forgotten', key, name }],
  [{ kind: 'renewed', seconds: 12, keys: [key, name] }],
  [{ kind: 'renewed', seconds: 12, keys: [] }],
  [{ kind: 'renewed', seconds: 12, keys: Array.from({ length: 1000 }, (_, at) => sessionKey(`${at}`)) }],
  [{ kind: 'ended', key }],
]

for (const [line, value] of lines) {
  test(`a line of kind ${line.kind} is read as it was written${value ? ', and so is its value' : ''}`, () => {
    const written = lineOf(line, value)
    assert.equal(written.indexOf(10), written.length - 1, 'it is one line')
    assert.deepEqual(readLine(bare(written)), line)
    if (value) assert.deepEqual(valueIn(bare(written)), value)
  })

  test(`a line of kind ${line.kind} is nothing with any byte changed, or some missing`, () => {
    const written = bare(lineOf(line, value))
    for (let at = 0; at < Math.min(written.length, 300); at++) {
      const damaged = Buffer.from(written)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      assert.equal(readLine(damaged), undefined, `byte ${at}`)
      assert.equal(readLine(written.subarray(0, at)), undefined, `up to ${at}`)
    }
  })
}

test('lines that say nothing known are passed over, although they are whole', () => {
  const odd: Line[] = [
    { kind: 'ended', key: 'short' },
    { kind: 'ended', key: `${key.slice(1)}!` },
    { kind: 'text', key, name: '' },
    { kind: 'session', seconds: Number.NaN, key },
    { kind: 'renewed', seconds: 1, keys: ['x'] },
    { kind: 'later version', key } as unknown as Line,
  ]
  for (const line of odd) assert.equal(readLine(bare(lineOf(line, {}))), undefined, JSON.stringify(line))
})

test('a file says which version wrote it', () => {
  assert.equal(versionIn(header), 1)
  assert.equal(versionIn('fastmcp-store 12\nwhat comes then'), 12)
  for (const other of [
    '',
    'fastmcp-store 1',
    'fastmcp-store x\n',
    '{"mcpServers":{}}\n',
    'SQLite format 3\0',
  ])
    assert.equal(versionIn(other), undefined, other)
})

test('keys say nothing of what they are for, and processes have names of their own', () => {
  assert.match(sessionKey('x'), /^[\w-]{22}$/)
  assert.notEqual(subjectKey('x'), sessionKey('x'))
  assert.equal(subjectKey(undefined), undefined)
  const names = Array.from({ length: 100 }, newProcessName)
  assert.equal(new Set(names).size, 100)
  for (const one of names) assert.match(one, /^[a-z0-9]{10}$/)
})
