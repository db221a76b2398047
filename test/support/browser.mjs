#!/usr/bin/env node
// Stands for a person at a browser who is logged in already: follows an address to its end, with its cookies.
import { appendFileSync } from 'node:fs'

/** Redirects that are followed. */
const most = 12

/** Where an origin really is, which only other names know. */
const [named = '', place = ''] = (process.env.TEST_BROWSER_AT ?? '').split('=')

let [, , address] = process.argv
appendFileSync(process.env.TEST_BROWSER_LOG, `${address}\n`)
const cookies = new Map()
for (let left = most; address && left > 0; left--) {
  const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
  const at = named !== '' && address.startsWith(named) ? place + address.slice(named.length) : address
  const response = await fetch(at, { redirect: 'manual', headers: cookie ? { cookie } : {} }).catch(
    () => undefined,
  )
  for (const line of response?.headers.getSetCookie() ?? []) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
  const next = response?.headers.get('location')
  address = next ? new URL(next, address).href : undefined
}
