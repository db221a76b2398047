import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Option } from '../../src/options/option.ts'
import { runOptions } from '../../src/options/run-options.ts'
import { messageOf } from '../../src/terminal/errors.ts'
import { publicApi } from '../support/public-api.ts'

const api = publicApi()

test('everything that people import says what it is', () => {
  const silent = api.filter(({ text }) => text === '').map(({ name }) => name)
  assert.deepEqual(silent, [])
})

test('the ways to everything are gone: options of functions, what they return, and what handlers get', () => {
  const names = new Set(api.map(({ name }) => name))
  for (const name of [
    'RunOptions.sessionTimeout',
    'FastMCP.customRoute(), overload 2',
    'new StdioTransport()',
    'RouteHandler(context).params',
    'Context.state',
    'SessionState.set',
    'Elicited.data',
    'ToolHandle.update',
    'PromptHandle.handler',
  ])
    assert.ok(names.has(name), `${name} is not among ${[...names].join(', ')}`)
})

/** What stands for the value in the help, and the word for it in a sentence. */
const units: Record<string, RegExp> = { seconds: /\bseconds\b/i, size: /\bbytes\b/ }

for (const [name, option] of Object.entries(runOptions) as [string, Option<unknown>][]) {
  if (!option.code) continue
  test(`${name} says what the option table says: its default, unit and bounds`, () => {
    const shown = api.find((one) => one.name === `RunOptions.${name}`)
    const text = shown?.text.replaceAll(/\s+/g, ' ') ?? ''
    assert.equal(
      shown?.tags.get('defaultValue')?.replaceAll('`', ''),
      option.defaultText ?? String(option.default),
    )
    assert.match(text, units[option.value ?? ''] ?? /./)
    assert.ok(plain(text).includes(boundsOf(option)), `${text} does not say: ${boundsOf(option)}`)
  })
}

/** `from 1 to 86400`, as the parser says it of a value that is none. */
function boundsOf({ parse }: Option<unknown>): string {
  try {
    parse('-1')
    return ''
  } catch (error) {
    return /from \S+ to [^\s,]+/.exec(messageOf(error))?.[0] ?? ''
  }
}

/** Digits as programs write them: 86,400 is 86400. */
const plain = (text: string) => text.replaceAll(/(\d),(?=\d{3})/g, '$1')

for (const name of ['maxBody', 'maxSessions', 'sessionTimeout'] as const)
  test(`MountOptions.${name} says what RunOptions.${name} says of it over HTTP`, () => {
    const [mount, run] = ['MountOptions', 'RunOptions'].map((owner) =>
      api.find((one) => one.name === `${owner}.${name}`),
    )
    assert.equal(mount?.tags.get('defaultValue'), run?.tags.get('defaultValue')?.replace(/ over HTTP.*/, ''))
  })
