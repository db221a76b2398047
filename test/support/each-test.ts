// Loaded before every test file (scripts/run-tests.mjs): closes what each test has opened, and shows of a test that
// failed what its programs said and how they ended.
import { after, afterEach, beforeEach, type SuiteContext, type TestContext } from 'node:test'
import { limits } from './limits.ts'
import { beginScope, endScope, ofFile, type Scope } from './opened.ts'
import { crashesSince, watchChildren } from './watched-children.ts'
import { watchServers } from './watched-servers.ts'

interface Running {
  scope: Scope
  /** Keeps the process, so that a test which waits for nothing reaches its limit, and the next ones their turn. */
  alive: NodeJS.Timeout
}

const tick = 500
const running = new Map<unknown, Running>()

watchChildren()
watchServers()

beforeEach((test) => {
  const alive = setInterval(() => undefined, 60_000)
  running.set(test, { scope: beginScope((test as TestContext).fullName), alive })
})

afterEach(async (test) => {
  const one = running.get(test)
  if (!one) return
  running.delete(test)
  endScope(one.scope)
  const told = words(one.scope)
  await one.scope.close()
  clearInterval(one.alive)
  const crashed = crashesSince()
  if (hasFailed(test)) tell(test, told)
  else if (crashed.length > 0) throw new Error(`a program has crashed:\n${crashed.join('\n')}`)
})

after(async () => {
  // Shown where a test of the file has failed, such as one that is waiting for these.
  process.stderr.write(`${words(ofFile)}\n`)
  await ofFile.close()
  giveUpAfter(limits.afterTests / tick)
})

/** Counted in ticks: what the file closes itself may hold the process for longer than the whole limit. */
function giveUpAfter(ticks: number): void {
  if (ticks <= 0) giveUp(`all tests are over, and these are still open: ${stillOpen()}`)
  setTimeout(() => giveUpAfter(ticks - 1), tick).unref()
}

process.once('SIGTERM', () => {
  const scopes = [...[...running.values()].map(({ scope }) => scope), ofFile]
  const told = scopes.map(words).join('\n')
  void Promise.all(scopes.map((scope) => scope.close())).then(() => giveUp(`ended from outside\n${told}`))
})

const words = (scope: Scope): string => scope.words().slice(-limits.told).join('\n')

function giveUp(why: string): void {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}

/** Without its own stdout and stderr. */
const stillOpen = (): string =>
  process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'PipeWrap')
    .join(', ')

const hasFailed = (test: TestContext | SuiteContext): boolean =>
  'error' in test && test.error !== null && test.error !== undefined

function tell(test: TestContext | SuiteContext, text: string): void {
  if (text !== '' && 'diagnostic' in test) test.diagnostic(text)
}
