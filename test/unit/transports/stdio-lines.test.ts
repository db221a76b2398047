import { LineSplitter } from '../../../src/transports/stdio-lines.ts'
import { table } from '../../support/table.ts'

type Chunks = readonly (string | Uint8Array)[]

/** What comes of chunks, lines of 10 bytes allowed. */
const linesOf = (chunks: Chunks) => {
  const said: string[] = []
  const lines = new LineSplitter(10, {
    line: (text) => said.push(text),
    tooLong: () => said.push('(too long)'),
    skipped: (head, tail) =>
      said.push(`(skipped ${head.length} ${tail.length} ${head.slice(0, 3)} ${tail.slice(-3)})`),
  })
  for (const chunk of chunks) lines.push(Buffer.from(chunk))
  lines.end()
  return said
}

const [first, second] = [Buffer.from('é\n').subarray(0, 1), Buffer.from('é\n').subarray(1)]

table('LineSplitter', linesOf, [
  [['a\nb\n'], ['a', 'b']],
  [['a\r\nb\r\n'], ['a', 'b']],
  [['a', 'b', '\n', 'c'], ['ab', 'c'], 'what stands without a newline is a line too'],
  [['\n\n \r\n'], []],
  [[], []],
  [[''], []],
  [[first, second], ['é'], 'a character in two chunks'],
  [[Uint8Array.of(0xff, 10)], ['\ufffd'], 'bytes that are no text'],
  [['1234567890\na\n'], ['1234567890', 'a']],
  [['12345678901\na\n'], ['(too long)', '(skipped 11 11 123 901)', 'a']],
  [
    ['123456', '789012', '3\n', 'a\n'],
    ['(too long)', '(skipped 12 13 123 123)', 'a'],
  ],
  [
    ['x'.repeat(5_000), 'y'.repeat(5_000), 'z\nb'],
    ['(too long)', '(skipped 1024 1024 xxx yyz)', 'b'],
  ],
  [['12345678901'], ['(too long)', '(skipped 11 11 123 901)'], 'one that never ends'],
])
