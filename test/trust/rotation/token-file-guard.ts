import { renameSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Ledger } from './ledger.ts'
import { badTokens, type Guard } from './rotating.ts'

/** Who has a token for one turn, and is never given another. */
const leaver = 'leaver'

/** Milliseconds for which a token that has left its file may still be admitted: the file has to be quiet for a moment. */
const limit = 1_500

/** `--token-file`, written in every way in which files are written. */
export const tokenFile: Guard = async (names, project) => {
  const ledger = new Ledger(limit)
  const path = project.path('tokens.txt')
  const current = new Map<string, string>()
  let count = 0
  const fresh = (name: string) => `${name}-${count}`
  const text = (more: string[] = []) =>
    `${[...current].map(([name, token]) => `${name}=${token}`).join('\n')}\n${more.map((line) => `${line}\n`).join('')}`
  const grantAll = () => {
    for (const token of current.values()) ledger.grant(token, performance.now())
  }
  for (const name of names) current.set(name, fresh(name))
  writeFileSync(path, text())
  grantAll()
  const ways = [inPlace, byRename, inTwoPieces, afterNonsense]
  return {
    args: ['--token-file', path],
    ledger,
    of: (name) => current.get(name) ?? 'never',
    bad: () => badTokens(ledger),
    turn: async () => {
      count++
      const write = ways[count % ways.length] ?? inPlace
      const before = new Map(current)
      const next = new Map(names.map((name) => [name, fresh(name)]))
      const guest = `${leaver}-${count}`
      // The new beside the old: a name has two tokens while one takes the place of the other.
      await write(path, text([...[...next].map(([name, token]) => `${name}=${token}`), `${leaver}=${guest}`]))
      for (const token of [...next.values(), guest]) ledger.grant(token, performance.now())
      for (const [name, token] of next) current.set(name, token)
      await delay(400)
      const gone = [...before.values(), guest]
      await write(path, text())
      for (const token of gone) ledger.revoke(token, performance.now())
      await delay(400)
      // A text that makes no sense changes nothing.
      writeFileSync(path, `${text()}half of a li`)
      await delay(200)
    },
    [Symbol.dispose]: () => undefined,
  }
}

type Write = (path: string, text: string) => Promise<void>

const inPlace: Write = async (path, text) => writeFileSync(path, text)
const byRename: Write = async (path, text) => {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
const inTwoPieces: Write = async (path, text) => {
  const half = text.lastIndexOf('=') + 2
  writeFileSync(path, text.slice(0, half))
  await delay(20)
  writeFileSync(path, text.slice(half), { flag: 'a' })
}
const afterNonsense: Write = async (path, text) => {
  writeFileSync(path, 'no line of this is one\n')
  await delay(150)
  await byRename(path, text)
}
