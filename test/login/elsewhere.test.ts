import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer } from '../support/login-server.ts'
import { chosen, rarely } from '../support/whole.ts'
import { allWays, go, use } from './ways.ts'

/** Goes there without a browser, and gives what is printed for a person to a stand-in for one. */
async function withPerson(
  way: (typeof allWays)[number],
  home: LoginHome,
  url: string,
  person: (address: string) => Promise<unknown>,
): Promise<string> {
  let said = ''
  let done: Promise<unknown> | undefined
  const tell = (text: string) => {
    said += text
    const [, address] = /Open this address to log in:\s+(\S+)\n/.exec(said) ?? []
    if (address !== undefined) done ??= person(address)
  }
  const { fault, stderr } = await go(way, home, url, { tell })
  await done
  assert.equal(fault, undefined, stderr)
  return stderr
}

for (const way of chosen(allWays, 3, 2)) {
  test(`${way}: without a browser the address is printed`, async () => {
    await using server = await LoginServer.start()
    using home = new LoginHome(false)
    await withPerson(way, home, server.url, (address) => fetch(address))
    assert.deepEqual([server.counts.code, home.opened.length], [1, 0])
  })
}

for (const way of chosen(allWays, 3)) {
  test(`${way}: without a browser a code is printed where that is offered`, async () => {
    await using server = await LoginServer.start({ device: true })
    using home = new LoginHome(false)
    const stderr = await use(way, home, server.url)
    assert.match(stderr, /enter the code ABCD-EFGH/)
    assert.doesNotMatch(stderr, /access-|refresh-/)
    server.endTokens()
    await use(way, home, server.url)
    assert.deepEqual([server.counts.device, server.counts.refresh, server.counts.authorize], [2, 1, 0])
  })
}

for (const way of chosen(allWays, 3, 1)) {
  test(`${way}: a callback on another path, host or state counts for nothing`, async () => {
    await using server = await LoginServer.start()
    using home = new LoginHome(false)
    await withPerson(way, home, server.url, async (address) => {
      const params = new URL(address).searchParams
      const callback = params.get('redirect_uri') ?? ''
      const good = `code=x&state=${params.get('state')}`
      assert.equal((await fetch(`${callback}?code=x&state=y`)).status, 400)
      // What any page may send there and is no URL.
      for (const path of ['//', '//?a', '//:80'])
        assert.equal((await fetch(new URL(callback).origin + path)).status, 404)
      assert.equal((await fetch(`${callback}/more?${good}`)).status, 404)
      const elsewhere = callback.replace('127.0.0.1', 'localhost')
      assert.equal((await fetch(`${elsewhere}?${good}`).catch(() => ({ status: 404 }))).status, 404)
      await fetch(address)
    })
  })

  rarely(`${way}: a program logs in as itself, and again when its token has ended`, async () => {
    await using server = await LoginServer.start()
    using home = new LoginHome(false)
    home.env.MACHINE = 'machine-secret'
    const args = ['--client-credentials', '--client-id', 'ci', '--client-secret-env', 'MACHINE']
    const first = await use(way, home, server.url, ...args)
    server.endTokens()
    const second = await use(way, home, server.url, ...args)
    assert.deepEqual([server.counts.machine, server.counts.authorize], [2, 0])
    assert.doesNotMatch(first + second, /machine-secret|access-/)
  })
}
