import type { ReadStream } from 'node:tty'

/** One key and what it does; the help on the screen is made of these, too. */
export interface Key {
  readonly key: string
  readonly help: string
  press(): void
}

/** What a terminal sends for Ctrl-C and Ctrl-D when keys are read one by one. */
const endings = new Set(['\u0003', '\u0004'])

/** Reads single keys from a terminal. Returns the way to give the terminal back. */
export function listenToKeys(input: ReadStream, keys: readonly Key[], end: () => void): () => void {
  const press = (typed: Buffer) => {
    for (const one of typed.toString()) {
      if (endings.has(one)) end()
      else keys.find(({ key }) => key === one.toLowerCase())?.press()
    }
  }
  input.setRawMode(true)
  input.on('data', press)
  input.resume()
  return () => {
    input.off('data', press)
    input.setRawMode(false)
    input.pause()
  }
}

export const keyHelp = (keys: readonly Key[]): string[] => keys.map(({ key, help }) => `  ${key}  ${help}`)
