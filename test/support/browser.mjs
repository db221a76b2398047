#!/usr/bin/env node
// Stands for a person at a browser who is logged in already: follows an address to its end.
import { appendFileSync } from 'node:fs'

const [, , address] = process.argv
appendFileSync(process.env.TEST_BROWSER_LOG, `${address}\n`)
await fetch(address).catch(() => undefined)
