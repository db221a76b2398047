// A reporter for node:test: a line of JSON for each test, and for each suite that failed by itself, such as in a hook.
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'

export default async function* events(source) {
  const path = []
  let last
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      path.length = data.nesting
      path.push(data.name)
    } else if (type === 'test:diagnostic' && last?.nesting === data.nesting && !isTotal(data.message)) {
      // What a test says of itself comes after its outcome.
      last.event.words.push(data.message)
    } else if (type === 'test:pass' || type === 'test:fail') {
      if (last) yield `${JSON.stringify(last.event)}\n`
      const event = eventOf(data, type === 'test:fail', path.slice(0, data.nesting + 1).join(' > '))
      last = event && { nesting: data.nesting, event }
    }
  }
  if (last) yield `${JSON.stringify(last.event)}\n`
  // Without it the file has ended before its tests.
  yield `${JSON.stringify({ over: true, cpu: processorTime() })}\n`
}

/** Seconds of the processor that this process and the programs it has seen end took, where the system tells them. */
function processorTime() {
  if (process.platform !== 'linux') return undefined
  // After the name in parentheses, which may hold spaces: the fields from the third on; user and system, own and of children.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) / 100, 0)
}

/** What node:test adds up at the end. */
const isTotal = (message) =>
  /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(message)

/** Nothing of suites that passed, nor of what failed only in its parts: those are told themselves. */
function eventOf({ details, skip, todo }, failed, name) {
  const { failureType, cause } = details?.error ?? {}
  if (failureType === 'subtestsFailed' || (details?.type === 'suite' && !failed)) return undefined
  const left = skip !== undefined || todo !== undefined
  return {
    name,
    outcome: left ? 'skipped' : failed ? 'failed' : 'passed',
    ms: Math.round(details?.duration_ms ?? 0),
    ...(failed && { error: typeof cause === 'string' ? cause : inspect(cause) }),
    ...(typeof skip === 'string' && { why: skip }),
    words: [],
  }
}
