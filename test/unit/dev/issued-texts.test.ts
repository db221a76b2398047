import { IssuedTexts } from '../../../src/dev/generation/issued.ts'
import { table } from '../../support/table.ts'

const answer = (state: unknown) =>
  JSON.stringify({ result: { resultType: 'input_required', requestState: state } })
const foundIn = (pieces: readonly string[]) => {
  const states = new IssuedTexts('requestState')
  return pieces.flatMap((piece) => states.take(piece))
}
const odd = '{"asked":"one\\\\ \\"two\\"","by":"\\u00fc"}'

table('the states that IssuedTexts finds, in one piece', (text: string) => foundIn([text]), [
  ['', []],
  [answer('plain'), ['plain']],
  [answer('{"asked":"one"}'), ['{"asked":"one"}'], 'JSON'],
  [answer(odd), [odd]],
  [answer(''), ['']],
  [answer('ends with a backslash \\'), ['ends with a backslash \\']],
  [`data: ${answer('a')}\n\ndata: ${answer('b')}\n\n`, ['a', 'b'], 'two in a stream'],
  ['{ "requestState" : "spaced" }', ['spaced']],
  [answer(null), []],
  [answer({ requestState: 'inner' }), ['inner']],
  [JSON.stringify({ text: answer('quoted') }), [], 'one that a text speaks of'],
])

table(
  'and the same wherever the answer is cut',
  (text: string) => {
    const cuts = Array.from(text, (_, at) => foundIn([text.slice(0, at), text.slice(at)]))
    const each = foundIn([...text])
    return [...new Set([...cuts, each].map((one) => JSON.stringify(one)))]
  },
  [
    [answer('plain'), ['["plain"]']],
    [answer(odd), [JSON.stringify([odd])]],
    [`${answer('a')} ${answer('"')}`, [JSON.stringify(['a', '"'])]],
    [answer(null), ['[]']],
  ],
)
