import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

/** The same answers in the process and, on Node 20, in the thread that Node asks there. */
const hooks = `
const beside = (name) => new URL(name, import.meta.url).href
export const hooks = {
  resolve: (spec) => (spec === 'own' ? { url: beside('own.odd'), shortCircuit: true } : undefined),
  resolved: () => undefined,
  missing: (spec) => (spec === './missing.mjs' ? { url: beside('found.mjs'), shortCircuit: true } : undefined),
  load: (url) =>
    url.endsWith('own.odd') ? { format: 'module', source: "export const own = 'own'", shortCircuit: true } : undefined,
  loaded: (url, { source, ...rest }) =>
    source === undefined || source === null
      ? { source, ...rest }
      : { ...rest, source: String(source).replace('before', 'after') },
  required: () => undefined,
}`

const thread = `
import { hooks } from './hooks.mjs'
export async function resolve(spec, context, next) {
  const own = hooks.resolve(spec)
  if (own) return own
  try {
    return await next(spec, context)
  } catch (error) {
    const instead = hooks.missing(spec)
    if (instead) return instead
    throw error
  }
}
export const load = async (url, context, next) => hooks.load(url) ?? hooks.loaded(url, await next(url, context))`

test('modules lead where hooks say, and are what hooks make of them, in either format', async () => {
  const outcome = await runPatched(
    'node/hooks',
    `import { installHooks } from './patch.mjs'
    import { hooks } from './hooks.mjs'
    installHooks(hooks, { script: new URL('thread.mjs', import.meta.url), data: 1 })
    const { own } = await import('own')
    const { found } = await import('./missing.mjs')
    const { default: common } = await import('./common.cjs')
    console.log(own, found, common, import.meta.resolve('own').slice(-7))`,
    {
      files: {
        'hooks.mjs': hooks,
        'thread.mjs': thread,
        'found.mjs': "export const found = 'before'",
        'common.cjs': "module.exports = 'before'",
      },
    },
  )
  assert.equal(outcome.stderr, '')
  assert.equal(outcome.stdout, 'own after after own.odd\n')
})

test('user code that is about to install hooks of its own is heard', async () => {
  const outcome = await runPatched(
    'node/hooks',
    `import { watchForHooks } from './patch.mjs'
    watchForHooks(() => console.log('heard'))
    const { register } = await import('node:module')
    register('data:text/javascript,', import.meta.url)`,
    { args: [], env: { NODE_NO_WARNINGS: '1' } },
  )
  assert.equal(outcome.stdout, 'heard\n', outcome.stderr)
})
