import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { root } from '../support/program.ts'

// The vocabulary table of docs/architecture.md is the law for what is said to people.

const map = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const rows = [
  ...(map.split('| not ')[1]?.split('\n\n')[0] ?? '').matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\|$/gm),
]
  .filter(([, not]) => not && !not.startsWith('---'))
  .map(([, not = '', but = '']) => ({ not: not.split(', '), but }))

const folder = join(root, 'src')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
)

/** The strings and templates of a source, without its comments. */
function textsOf(source: string): string[] {
  const token = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g
  return [...source.matchAll(token)].map(([text]) => text).filter((text) => !text.startsWith('/'))
}

/** A phrase of the table; one about X and Y is about anything, but for what is no longer and what there is not. */
const patternOf = (words: string): RegExp =>
  new RegExp(`\\b${words.replace(/^X /, '(?<!there )').replace(/ Y$/, ' (?!longer\\b)')}`, 'i')

test('a text is found in each kind of quote, and a comment is none', () => {
  const source = `// known are\n/** known are */ say('one are', "two 'are'", \`three \${x} are\`) // known are\nconst u = 'http://known'`
  assert.deepEqual(textsOf(source), ["'one are'", `"two 'are'"`, '`three $' + '{x} are`', "'http://known'"])
})

describe('what is said to people', () => {
  const texts = files.flatMap((file) =>
    textsOf(readFileSync(join(folder, file), 'utf8')).map((text) => ({ file, text })),
  )

  test('is found at all', () => {
    assert.ok(rows.length > 15)
    assert.ok(texts.some(({ text }) => text.includes('listening on')))
  })

  for (const { not, but } of rows) {
    test(`${not.join(', ')}: ${but}`, () => {
      const wrong = texts.filter(({ text }) => not.some((words) => patternOf(words).test(text)))
      assert.deepEqual(wrong, [])
    })
  }
})
