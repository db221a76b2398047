import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { sidebar } from '../../docs/.vitepress/config.mjs'
import { slugOf } from '../../docs/.vitepress/slug.mjs'
import { anchorsOf, linksOf, pages, root } from '../../scripts/site/pages.ts'
import { onSite, placeOf } from '../../scripts/site.ts'

const all = pages()

describe('the pages', () => {
  test('lead to files and headings that are there', () => {
    const dead = all.flatMap((page) =>
      linksOf(page)
        .filter(({ path, anchor }) => {
          if (!existsSync(join(root, path))) return true
          return anchor !== '' && (!path.endsWith('.md') || !anchorsOf(path).has(anchor))
        })
        .map(({ link }) => `${page} → ${link}`),
    )
    assert.deepEqual(dead, [])
  })

  test('are all on the sidebar, but for the notes', () => {
    const listed = sidebar.flatMap(({ items }) => items.map(({ link }) => link))
    const there = all
      .flatMap((page) => placeOf(page) ?? [])
      .filter((place) => !/^(notes\/|flows)/.test(place))
      .map((place) => `/${place.replace(/(^|\/)index\.md$|\.md$/, '$1')}`)
    assert.deepEqual([...listed].sort(), there.sort())
  })
})

describe('a link of a page', () => {
  test('moves with the page that it leads to', () => {
    const text = '[a](../CONTRIBUTING.md#tests) [b](cli.md) [c](https://x.y) [d](#e)\n```\n[f](g)\n```\n'
    assert.equal(
      onSite('docs/page.md', text),
      '[a](/contributing.md#tests) [b](/cli.md) [c](https://x.y) [d](#e)\n```\n[f](g)\n```\n',
    )
    assert.equal(onSite('docs/guide/page.md', '[a](../../README.md)'), '[a](/index.md)')
    assert.equal(onSite('SECURITY.md', '[a](docs/limits.md)'), '[a](/limits.md)')
  })

  test('has the anchor that GitHub gives a heading', () => {
    assert.equal(slugOf('`.env` and secrets'), 'env-and-secrets')
    assert.equal(slugOf('list, call and inspect'), 'list-call-and-inspect')
    assert.equal(slugOf('What is X? A "name"'), 'what-is-x-a-name')
  })
})
