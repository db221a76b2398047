import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeText, encodeText } from '../../src/files/text-file.ts'

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()

/** What a file may hold, and its text; nothing for what is no text. */
const rows: Record<string, [bytes: Buffer, text: string | undefined]> = {
  nothing: [Buffer.alloc(0), ''],
  'one byte': [Buffer.from('{'), '{'],
  'UTF-8': [Buffer.from('{ "ü": "日本" }\r\n'), '{ "ü": "日本" }\r\n'],
  'UTF-8 with a mark': [Buffer.from('\uFEFF{}'), '{}'],
  'a mark alone': [Buffer.from('\uFEFF'), ''],
  'two marks': [Buffer.from('\uFEFF\uFEFFx'), '\uFEFFx'],
  'UTF-16, little end first': [Buffer.from('\uFEFF{ "ü😀": 1 }', 'utf16le'), '{ "ü😀": 1 }'],
  'UTF-16, big end first': [utf16be('\uFEFF{ "ü😀": 1 }'), '{ "ü😀": 1 }'],
  'UTF-16 with a mark alone': [Buffer.from('\uFEFF', 'utf16le'), ''],
  'UTF-16 without a mark': [Buffer.from('{}', 'utf16le'), undefined],
  'UTF-16 without a mark, big end first': [utf16be('{}'), undefined],
  'half of UTF-16': [Buffer.from('\uFEFF{}', 'utf16le').subarray(0, 5), undefined],
  'Latin-1': [Buffer.from('{ "ü": 1 }', 'latin1'), undefined],
}

describe('the text of a file that somebody else has written', () => {
  for (const [name, [bytes, text]] of Object.entries(rows)) {
    test(name, () => {
      if (text === undefined) return assert.throws(() => decodeText(bytes), /save it as UTF-8$/)
      const found = decodeText(bytes)
      assert.equal(found.text, text)
      assert.deepEqual(encodeText(found.text, found.form), bytes)
    })
  }
})
