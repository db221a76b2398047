import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { keyBytes, keyName, seal, unseal } from '../../../src/remote/login/keyring/seal.ts'

const key = randomBytes(keyBytes)
const about = '{"url":"https://mcp.example/mcp"}'
const text = '{"tokens":{"access_token":"quiet-ü"}}'

test('what is sealed is opened by its key, and is another text each time', () => {
  const one = seal(key, about, text)
  const other = seal(key, about, text)
  assert.equal(unseal(key, about, one), text)
  assert.equal(one.key, keyName(key))
  assert.notEqual(one.data, other.data)
  assert.ok(!JSON.stringify(one).includes(Buffer.from('quiet').toString('base64url').slice(0, 6)))
})

test('nothing that has been changed is opened', () => {
  const whole = seal(key, about, text)
  const changed = Buffer.from(whole.data, 'base64url')
  changed[0] = (changed[0] ?? 0) ^ 1
  const cases: Record<string, [Buffer, string, typeof whole]> = {
    'another key': [randomBytes(keyBytes), about, whole],
    'another address': [key, about.replace('mcp.example', 'evil.example'), whole],
    'another text': [key, about, { ...whole, data: changed.toString('base64url') }],
    'a shorter proof': [
      key,
      about,
      { ...whole, data: Buffer.from(whole.data, 'base64url').subarray(0, -12).toString('base64url') },
    ],
    'no proof': [key, about, { ...whole, data: '' }],
    'no nonce': [key, about, { ...whole, nonce: '' }],
    'half a key': [key.subarray(0, 16), about, whole],
    'data that is no text': [key, about, { ...whole, data: 7 as unknown as string }],
  }
  for (const [name, args] of Object.entries(cases)) assert.equal(unseal(...args), undefined, name)
})
