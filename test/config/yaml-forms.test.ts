import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CannotEdit, withEntry, withoutEntry } from '../../src/install/formats/config-format.ts'
import { yamlFormat } from '../../src/install/formats/yaml-format.ts'

const entry = { cmd: 'node', args: ['a b', 'yes', '~'], envs: { TEXT: 'two\nlines' } }

/** The entry as it is written, at a depth. */
const written = (indent: string, eol = '\n') =>
  [
    'mine:',
    '  cmd: node',
    '  args:',
    '    - a b',
    '    - "yes"',
    '    - "~"',
    '  envs:',
    '    TEXT: "two\\nlines"',
  ]
    .map((line) => indent + line + eol)
    .join('')

/** Before the entry, with it, and with it taken out again where that is something else than before. */
const forms: Record<string, [before: string, after: string, out?: string]> = {
  'a section with an anchor, and a key in quotes': [
    '"servers": &all # ours\n    one: &one\n        cmd: x\n    two: *one\n',
    `"servers": &all # ours\n${written('    ')}    one: &one\n        cmd: x\n    two: *one\n`,
  ],
  'another entry that holds the same words': [
    'servers:\n  note: |\n    servers:\n      mine: 1\n  two: "mine: 1"   # aligned\n\n# the end\n',
    `servers:\n${written('  ')}  note: |\n    servers:\n      mine: 1\n  two: "mine: 1"   # aligned\n\n# the end\n`,
  ],
  'an empty section with a comment': [
    'servers: {}   # none\nlast: 1\n',
    `servers:   # none\n${written('  ')}last: 1\n`,
    'servers: {}   # none\nlast: 1\n',
  ],
  'a section without a value, in the last line': [
    'a: 1\nservers: # none',
    `a: 1\nservers: # none\n${written('  ')}`,
    'a: 1\nservers: {} # none\n',
  ],
  'line ends of Windows, and no such section': [
    'a: 1\r\n',
    `a: 1\r\nservers:\r\n${written('  ', '\r\n')}`,
    'a: 1\r\nservers: {}\r\n',
  ],
  'a file that is indented': [
    '  a: 1\n',
    `  a: 1\n  servers:\n${written('    ')}`,
    '  a: 1\n  servers: {}\n',
  ],
}

describe('an entry goes into YAML and out again, and nothing else changes', () => {
  for (const [name, [before, after, out = before]] of Object.entries(forms)) {
    test(name, () => {
      assert.equal(withEntry(yamlFormat, before, 'servers', ['mine', entry]), after)
      assert.equal(withoutEntry(yamlFormat, after, 'servers', 'mine'), out)
    })
  }

  test('an old form of it is replaced, however it is written', () => {
    const before = "servers:\n  one: 1\n  'mine': { cmd: old } # pinned\n  # of two\n  two: 2\n"
    const after = `servers:\n${written('  ')}  one: 1\n  # of two\n  two: 2\n`
    assert.equal(withEntry(yamlFormat, before, 'servers', ['mine', entry]), after)
  })
})

describe('YAML that cannot be edited without touching more is left as it is', () => {
  const rows: Record<string, string> = {
    'a section on one line': 'servers: { one: 1 }\n',
    'a section that is that of another': 'other: &x\n  one: 1\nservers: *x\n',
    'a file on one line': '{ a: 1 }\n',
    'a file that says where it ends': 'a: 1\n...\n',
  }
  for (const [name, text] of Object.entries(rows)) {
    test(name, () => assert.throws(() => withEntry(yamlFormat, text, 'servers', ['mine', entry]), CannotEdit))
  }

  test('an entry that others refer to is not taken out', () => {
    const text = 'servers:\n  mine: &x\n    cmd: x\n  two: *x\n'
    assert.throws(() => withoutEntry(yamlFormat, text, 'servers', 'mine'), CannotEdit)
  })

  test('a broken one is told by its line', () => {
    assert.throws(() => yamlFormat.parse('a: 1\nb: [1\nc: 2\n'), /^Error: line 3: /)
  })
})
