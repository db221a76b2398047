import { type Output, paint } from '../output.ts'
import type { OfferChange } from './offer.ts'
import type { Failure, Reporter } from './supervisor.ts'
import type { About } from './wire.ts'

/** What `fastmcp dev` tells the person at the terminal. */
export class Terminal implements Reporter {
  readonly #output: Output
  readonly #file: string
  #servingSince = ''
  #lastFailure = ''

  constructor(output: Output, file: string) {
    this.#output = output
    this.#file = file
  }

  /** The port is open. */
  serving(url: string | undefined): void {
    if (url !== undefined) this.#output.log('info', `listening on ${url}`)
  }

  ready(about: About, took: number): void {
    this.#serves()
    const counts = about.counts.map(([word, count]) => `${count} ${word}${count === 1 ? '' : 's'}`).join(', ')
    const parts = [about.name, `${this.#file}:${about.exportName}`, counts].filter((part) => part !== '')
    this.#event('ready', `${parts.join(' · ')}   ${ms(took)}`)
  }

  reloaded({ words }: OfferChange, took: number, sessions: number): void {
    const fixed = this.#lastFailure !== '' ? 'fixed, ' : ''
    this.#serves()
    const what = words.length > 0 ? words.slice(0, 8).join(' ') : 'no change for clients'
    const more = words.length > 8 ? ` and ${words.length - 8} more` : ''
    this.#event('reload', `${fixed}${what}${more}   ${ms(took)} · ${kept(sessions)}`)
  }

  failed({ message, details }: Failure, serving: boolean, sessions: number): void {
    const failure = [message, ...details].join('\n')
    if (failure === this.#lastFailure) return
    this.#lastFailure = failure
    const status = serving
      ? `still serving the save of ${this.#servingSince} · ${plural(sessions, 'session')}`
      : 'waiting for a save that loads'
    const indented = [...details, `  ${status}`].map((line) => `          ${line}`)
    this.#output.block('error', [`${clock()}  ${paint.failure('✗')} ${message}`, ...indented])
  }

  crashed(reason: string, sessions: number): void {
    this.#event('restart', `the server ${reason} · ${kept(sessions)}`, 'warning')
  }

  #serves(): void {
    this.#servingSince = clock()
    this.#lastFailure = ''
  }

  #event(what: string, text: string, level: 'info' | 'warning' = 'info'): void {
    this.#output.block(level, [`${clock()}  ${what.padEnd(10)}  ${text}`])
  }
}

const clock = () => new Date().toTimeString().slice(0, 8)
const ms = (took: number) => `${Math.round(took)} ms`
const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
const kept = (sessions: number) => `${plural(sessions, 'session')} kept`
