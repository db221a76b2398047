import { setTimeout as delay } from 'node:timers/promises'
import { seconds, startAuthorizationServer } from '../../support/authorization-server.ts'
import { Ledger } from './ledger.ts'
import { badTokens, type Guard } from './rotating.ts'

/** Milliseconds for which a revoked token may be admitted: that it is active counts for ten seconds. */
const limit = 11_000

/** `--introspect`, whose server revokes tokens, is slow, and is away for a moment. */
export const introspect: Guard = async (names) => {
  const ledger = new Ledger(limit)
  const server = await startAuthorizationServer()
  let count = 0
  const current = new Map<string, string>()
  const renew = () => {
    for (const sub of names) {
      const token = `${sub}-${count}`
      const times = { exp: seconds(600), iss: server.issuer, aud: server.audience }
      server.known.set(token, { active: true, client_id: 'app', sub, scope: 'mcp', ...times })
      ledger.grant(token, performance.now())
      current.set(sub, token)
    }
  }
  renew()
  return {
    args: [
      ...['--introspect', `${server.origin}/introspect`, '--introspect-issuer', server.issuer],
      ...['--introspect-audience', server.audience],
    ],
    ledger,
    of: (name) => current.get(name) ?? 'never',
    bad: () => badTokens(ledger),
    turn: async () => {
      count++
      server.manners.introspect = count % 2 === 0 ? 'late' : 'well'
      const last = [...current.values()]
      renew()
      await delay(400)
      for (const token of last) {
        server.known.set(token, { active: false })
        ledger.revoke(token, performance.now())
      }
      const back = ledger.leave(performance.now())
      server.manners.introspect = 'down'
      await delay(200)
      server.manners.introspect = 'well'
      back(performance.now() + 500)
      await delay(400)
    },
    [Symbol.dispose]: () => server[Symbol.dispose](),
  }
}
