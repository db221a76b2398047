import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generated, present } from '../../scripts/docs.ts'

for (const [path, text] of Object.entries(generated)) {
  test(`${path} says what it is made from`, () => {
    assert.equal(present(path), text(), 'write it anew: npm run docs:cli')
  })
}
