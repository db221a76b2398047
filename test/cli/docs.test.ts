import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generated, present } from '../../scripts/docs.ts'

for (const [path, text] of Object.entries(generated)) {
  test(`${path} says what the option tables say`, () => {
    assert.equal(present(path), text(), 'write it anew: npm run docs:cli')
  })
}
