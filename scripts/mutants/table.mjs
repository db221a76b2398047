// Small breakages of the runner, each with the test file that has to notice.
import { cellMutants } from './cells.mjs'

/** `from` stands exactly once in `file`; the mutant has `to` there. `pattern` picks the tests that are run. */
export const mutants = [
  {
    name: 'An unknown session id opens somebody’s session',
    file: 'src/sessions/registry.ts',
    from: 'const session = this.#sessions.get(id)',
    to: 'const session = this.#sessions.get(id) ?? this.#sessions.values().next().value',
    test: 'test/http/bad-requests.test.ts',
    pattern: 'session',
  },
  {
    name: 'Any Host header is taken',
    file: 'src/transports/http/host-check.ts',
    from: 'if (setHas(this.#names, name)) return undefined',
    to: "if (setHas(this.#names, name) || name !== '') return undefined",
    test: 'test/http/bad-requests.test.ts',
    pattern: 'host',
  },
  {
    name: 'Every protocol version is taken',
    file: 'src/transports/streamable/streamable-http.ts',
    from: 'if ((legacyVersions as readonly string[]).includes(version)) return false',
    to: "if ((legacyVersions as readonly string[]).includes(version) || version !== '') return false",
    test: 'test/http/bad-requests.test.ts',
    pattern: 'protocol version',
  },
  {
    name: 'A body may be as long as it likes, unless it says so',
    file: 'src/transports/http/message-body.ts',
    from: 'if (held.size + chunk.length > limit) return',
    to: 'if (held.size + chunk.length > limit * 100) return',
    test: 'test/http/bad-requests.test.ts',
    pattern: '20 MB',
  },
  {
    name: 'A cancellation does not reach the handler',
    file: 'src/sessions/session.ts',
    from: 'handOver(this, message, extra)',
    to: 'if (!("method" in message) || message.method !== "notifications/cancelled") handOver(this, message, extra)',
    test: 'test/sessions/torture.test.ts',
    pattern: 'cancel',
  },
  {
    name: 'What a handler sends through the exported instance goes to the first session',
    file: 'src/sessions/derived/instance-router.ts',
    from: 'return server?.router === this ? (server as Derived) : undefined',
    to: 'return server?.router === this ? this.sessions.values().next().value : undefined',
    test: 'test/sessions/torture.test.ts',
    pattern: 'progress|own call',
  },
  {
    name: 'The log level of a session is ignored',
    file: 'src/sessions/derived/log-levels.ts',
    from: 'return this.#level\n',
    to: 'return undefined\n',
    test: 'test/sessions/torture.test.ts',
    pattern: 'log level',
  },
  {
    name: 'A changed list is told to the session that changed it, and to nobody else',
    file: 'src/sessions/derived/instance-router.ts',
    from: 'this.#readersOf(change.uri, from) : [...this.sessions]',
    to: 'this.#readersOf(change.uri, from) : [...this.sessions].slice(0, 1)',
    test: 'test/sessions/torture.test.ts',
    pattern: 'what is added while serving reaches everybody',
  },
  {
    name: 'A resumed stream repeats the last event',
    file: 'src/sessions/event-log.ts',
    from: 'return { stream, next: index + 1 }',
    to: 'return { stream, next: index }',
    test: 'test/http/resume.test.ts',
    pattern: 'v1: a call whose socket is cut',
  },
  {
    name: 'A kept session is opened for whoever names it',
    file: 'src/sessions/persistence/session-persistence.ts',
    from: 'stored?.record.subject === subjectKey(subject) ? stored : undefined',
    to: 'stored',
    test: 'test/store/restart.test.ts',
    pattern: 'gives a session to nobody but whom it belongs to',
  },
  {
    name: 'An answer leaves before what it tells of is kept',
    file: 'src/sessions/session.ts',
    from: 'if (this.persisted) await this.persisted.writing',
    to: 'if (this.persisted) void this.persisted.writing',
    test: 'test/store/restart.test.ts',
    pattern: 'has what code kept without waiting for it',
  },
  {
    name: 'A resumed stream replays the events of other streams',
    file: 'src/sessions/event-log.ts',
    from: 'event.stream === stream && event.index >= index',
    to: 'event.index >= index && stream >= 0',
    test: 'test/http/resume.test.ts',
    pattern: 'v1: a call whose socket is cut|old events',
  },
  {
    name: 'Calls in flight are not waited for when the server stops',
    file: 'src/serve/http-stop.ts',
    from: 'await inFlight.drained(cutShort ?? options.drainLimit * 1000)',
    to: 'await inFlight.drained(0)',
    test: 'test/http/streams.test.ts',
    pattern: 'a call in flight is answered after SIGTERM',
  },
  {
    name: 'What user code prints goes to stdout',
    file: 'src/patches/node/stdio-guard.ts',
    from: 'const restore = divertStdout(workerPreload)',
    to: 'const restore = () => void workerPreload',
    test: 'test/process/ownership.test.ts',
    pattern: 'stdout holds the protocol',
  },
  {
    name: 'A refusal is told by the class of the answer',
    file: 'src/serve/auth/ask-hook.ts',
    from: 'if (isResponse(returned)) return answered(hook, returned)',
    to: 'if (isResponse(returned) && returned instanceof Response) return answered(hook, returned)',
    test: 'test/trust/admission.test.ts',
    pattern: 'callers of mounted in node:http|Response replaced',
  },
  {
    name: 'Any object that a hook returns admits',
    file: 'src/serve/auth/ask-hook.ts',
    from: "if (typeof found !== 'string') return",
    to: "if (typeof found === 'bigint') return",
    test: 'test/trust/hook-outcomes.test.ts',
    pattern: 'object|token',
  },
  {
    name: 'What stands on every object counts as a caller’s',
    file: 'src/protocol/auth.ts',
    from: 'if (holder !== value && getPrototypeOf(holder) === null) return undefined',
    to: 'if (holder !== value && holder === undefined) return undefined',
    test: 'test/trust/admission.test.ts',
    pattern: 'callers of mounted in node:http|written on',
  },
  {
    name: 'A request is routed by the path as it was typed',
    file: 'src/transports/http/http-app.ts',
    from: 'request.url = url',
    to: 'request.url ??= url',
    test: 'test/trust/request-targets.test.ts',
    pattern: "handler's, run|admin",
  },
  {
    name: 'A token is refused at the second it expires, whatever the clocks',
    file: 'src/serve/auth/auth-gate.ts',
    from: 'expiresAt + clockTolerance <= now() / 1000',
    to: 'expiresAt + clockTolerance * 0 <= now() / 1000',
    test: 'test/trust/hook-outcomes.test.ts',
    pattern: 'expiry|clocks',
  },
  {
    name: 'A call needs every scope of its tool',
    file: 'src/protocol/tool-scopes.ts',
    from: 'if (!found) return false',
    to: 'if (found) return true',
    test: 'test/unit/protocol/tool-scopes.test.ts',
    pattern: 'lackingScopes',
  },
  {
    name: 'Scopes are asked for before the tool runs',
    file: 'src/transports/streamable/streamable-http.ts',
    from: 'if (!message || refusesScopes(exchange, message, this.#options.lacking)) return',
    to: 'if (!message || refusesScopes(exchange, message, undefined)) return',
    test: 'test/trust/tool-scopes.test.ts',
    pattern: 'of a plain file under run',
  },
  {
    name: 'A token that was introspected must be for this server',
    file: 'src/serve/auth/tokens/introspection-check.ts',
    from: 'audience.some((one) => intended.includes(one))',
    to: "audience.some((one) => intended.includes(one) || one !== '')",
    test: 'test/unit/serve/token-claims.test.ts',
    pattern: 'claimFault',
  },
  {
    name: 'That a token is not active is asked again by whoever came after the question',
    file: 'src/serve/auth/tokens/introspection-check.ts',
    from: "return checked.kind === 'invalid' ? (this.#running.get(key) ?? this.#begin(key, token)) : checked",
    to: "return checked.kind === 'known' ? checked : this.#begin(key, token)",
    test: 'test/trust/introspect.test.ts',
    pattern: 'once at a time',
  },
  {
    name: 'Tokens are checked where user code does not reach',
    file: 'src/serve/auth/tokens/token-thread.ts',
    from: "if (script.protocol === 'file:' && !existsSync(script)) {",
    to: "if (script.protocol === 'file:' || !existsSync(script)) {",
    test: 'test/trust/jwt-issuer.test.ts',
    pattern: 'a file that replaces globals under run',
  },
  {
    name: 'A token signed with a new key waits for the keys',
    file: 'src/serve/auth/tokens/issuer-keys.ts',
    from: 'if (!isUnknownKey(error) || began >= asked) throw error',
    to: 'if (!isUnknownKey(error) || began >= asked || asked > 0) throw error',
    test: 'test/trust/jwt-issuer.test.ts',
    pattern: 'rotate under load',
  },
  {
    name: 'Tokens without a subject share one',
    file: 'src/protocol/auth.ts',
    from: 'if (isNothing(clientId) && isNothing(sub))',
    to: 'if (clientId === undefined && isNothing(sub))',
    test: 'test/http/auth.test.ts',
    pattern: 'share nothing',
  },
  {
    name: 'A tool that the official client cannot read ends the list',
    file: 'src/client/read-list.ts',
    from: 'const { wire, refusal } = await leniently(client, name, options)',
    to: 'throw error; const { wire, refusal } = await leniently(client, name, options)',
    test: 'test/companions/inspect-faults.test.ts',
    pattern: 'answers calls',
  },
  {
    name: 'A check stops at its first finding',
    file: 'src/client/lint/check.ts',
    from: 'for (const fault of faultsOf(found)) findings.push',
    to: 'for (const fault of faultsOf(found).slice(0, 1)) findings.push',
    test: 'test/unit/client/lint/sound.test.ts',
    pattern: 'required',
  },
  {
    name: 'A schema is walked without an end',
    file: 'src/client/lint/schema/walk.ts',
    from: 'node.depth > deepest ||',
    to: 'node.depth > deepest * 1000 ||',
    test: 'test/unit/client/lint/checks.test.ts',
    pattern: 'too-deep',
  },
]

/** The list as a page of the documentation. */
export function mutantsPage() {
  const items = mutants.map(({ name, file, test }) => `- ${name}: \`${file}\`, noticed by \`${test}\``)
  const cells = cellMutants.map(
    ({ name, file, cell, spared }) =>
      `- ${name}: \`${file}\`, noticed by \`${cell.join(' ')}\`, and not by \`${spared.join(' ')}\``,
  )
  return `# Mutants

A test that cannot fail proves nothing. \`npm run test:mutants\` breaks one line of the runner at a time, in a copy of
the repository, builds it, and runs the tests that have to notice: they pass without the mutant and fail with it. This
page is made from \`scripts/mutants/table.mjs\`.

${items.join('\n')}

## Cells of the matrix

For each kind of journey, one cell has to turn red, and another on the same shape to stay as it is.

${cells.join('\n')}
`
}
