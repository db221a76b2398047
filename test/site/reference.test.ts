import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { textsIn } from '../../scripts/errors/texts.ts'
import { bodyOf, membersOf, publicNames } from '../../scripts/library-page.ts'
import { textOf } from '../../scripts/site/pages.ts'

describe('the texts of a source that tell of failures', () => {
  // A `#` stands for the `$` of a template.
  const cases: [source: string, texts: string[]][] = [
    ["usageError('name the client', 'more')", ['2 name the client']],
    ['throw loadError(`no server in #{file}`)', ['3 no server in …']],
    ['loadErrorOf(cause, `#{a} and #{b} fail`)', ['3 … and … fail']],
    ["new CliError(exitCodes.listen, 'cannot listen')", ['4 cannot listen']],
    ["new TypeError(more ? 'one text' : `another of #{x}`)", ['thrown one text', 'thrown another of …']],
    ['usageError(`unknown "#{x}"#{near ? `. Did you mean #{near}?` : \'\'}`)', ['2 unknown "…"…']],
    ["refuse(response, 403, 'Only from here')", ['http Only from here']],
    ["// usageError('a comment is none')", []],
    ['usageError(message)', []],
    ['function usageError(text: string) {}', []],
  ]
  for (const [written, texts] of cases) {
    const source = written.replaceAll('#{', '$' + '{')
    test(source, () => {
      assert.deepEqual(
        textsIn(source).map(({ kind, text }) => `${kind} ${text}`),
        texts,
      )
    })
  }
})

describe('the page of the library', () => {
  test('has a member for each comment in a declaration', () => {
    const source = `export interface One {\n  /** A. */\n  a?: string\n  /**\n   * B.\n   * @defaultValue \`1\`\n   */\n  readonly b: number\n}\n`
    assert.deepEqual(membersOf(bodyOf('One', source)), [
      { code: 'a?: string', about: 'A.' },
      { code: 'readonly b: number', about: 'B. **Default:** `1`' },
    ])
  })

  test('tells of every name that can be imported', () => {
    const page = textOf('docs/library.md')
    const lost = [...publicNames().keys()].filter(
      (name) => !new RegExp(`^(## ${name}|\\| \`${name}\` )`, 'm').test(page),
    )
    assert.deepEqual(lost, [])
  })
})
