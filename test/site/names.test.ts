import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksOf, pages, textOf } from '../../scripts/site/pages.ts'
import { onSite } from '../../scripts/site.ts'

test('the words before a file say its name, since most readers of Markdown do not show it', () => {
  const silent = pages().flatMap((page) => {
    const lines = textOf(page).split('\n')
    return blocksOf(page).flatMap(({ title, line }) => {
      if (title === undefined) return []
      const above = lines.slice(0, line - 2)
      const before = above.slice(above.findLastIndex((one) => one.startsWith('```')) + 1).join('\n')
      return before.includes(`\`${title}\``) ? [] : [`${page}:${line} ${title}`]
    })
  })
  assert.deepEqual(silent, [])
})

test('on the site a file has its name above it', () => {
  const page = 'Put it into `a.ts`:\n\n```ts [a.ts]\nconst a = 1\n```\n\n```sh\nls\n```\n'
  assert.equal(
    onSite('docs/a.md', page),
    'Put it into `a.ts`:\n\n::: code-group\n```ts [a.ts]\nconst a = 1\n```\n:::\n\n```sh\nls\n```\n',
  )
})
