// Loaded before every test file, and before anything imports node:test (scripts/run-tests.mjs): gives each test a limit,
// unless it names its own. The flag for that reaches the tests of a file from Node 24 on only.
import { limits } from './limits.ts'

type Test = (...args: unknown[]) => Promise<void>

const own = process.getBuiltinModule('node:test') as unknown as Record<'test' | 'it', Test>
for (const name of ['test', 'it'] as const) own[name] = limited(own[name])

function limited(original: Test): Test {
  const test = (...args: unknown[]) => {
    const name = args.find((one) => typeof one === 'string')
    const options = args.find((one) => typeof one === 'object' && one !== null)
    const act = args.find((one) => typeof one === 'function')
    const given = [name, { timeout: limits.test, ...options }, act]
    return original(...given.filter((one) => one !== undefined))
  }
  // `test.skip` and the like stay what they are.
  return Object.assign(test, original)
}
