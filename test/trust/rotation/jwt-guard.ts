import { setTimeout as delay } from 'node:timers/promises'
import { startAuthorizationServer } from '../../support/authorization-server.ts'
import { Ledger } from './ledger.ts'
import { badTokens, type Guard } from './rotating.ts'

/** Milliseconds for which a withdrawn key may count once a token of the next one has come: keys are fetched once a second. */
const limit = 3_000

/** `--jwt-issuer`, whose keys are published before they are used and withdrawn after it, slowly and with pauses. */
export const jwtIssuer: Guard = async (names) => {
  const ledger = new Ledger(limit)
  const issuer = await startAuthorizationServer()
  let count = 0
  let current = new Map<string, string>()
  let before: string[] = []
  const signAll = async () =>
    new Map(
      await Promise.all(
        names.map(async (sub) => [sub, await issuer.token({ sub, jti: `${count}` })] as const),
      ),
    )
  const grantAll = () => {
    for (const token of current.values()) ledger.grant(token, performance.now())
  }
  current = await signAll()
  grantAll()
  const wrong = [issuer.unsigned(), await issuer.confused(), await issuer.forged(), await issuer.unknownKey()]
  return {
    args: ['--jwt-issuer', issuer.issuer, '--jwt-audience', issuer.audience],
    ledger,
    of: (name) => current.get(name) ?? 'never',
    bad: () => [...badTokens(ledger), ...wrong],
    turn: async () => {
      count++
      issuer.manners.keys = count % 2 === 0 ? 'late' : 'well'
      const last = [...current.values()]
      // The key before the last is withdrawn by this.
      await issuer.rotate(`key-${count}`)
      const next = await signAll()
      // Published before it is used.
      await delay(100)
      current = next
      grantAll()
      for (const token of before) ledger.revoke(token, performance.now())
      before = last
      await delay(1_500)
      // While its keys cannot be had, those that are known count.
      issuer.manners.keys = 'down'
      const back = ledger.leave(performance.now())
      await delay(300)
      issuer.manners.keys = 'well'
      back(performance.now() + 1_500)
      await delay(100)
    },
    [Symbol.dispose]: () => issuer[Symbol.dispose](),
  }
}
