import { version } from '../../process/version.ts'
import { cell } from '../../terminal/cell.ts'
import { clearScreen, isTerminal, type Output, paint } from '../../terminal/output.ts'
import { continued, oneLine, safeJson } from '../../terminal/printable.ts'
import type { Call } from '../conversation/call.ts'
import type { ClientCount } from '../conversation/clients.ts'
import type { Failure, Reporter } from '../front/reporter.ts'
import type { About } from '../protocol/ipc.ts'
import type { OfferChange } from '../protocol/offer.ts'

/** Maximum changes named in one line; the rest is counted. */
const wordLimit = 8

/** The Inspector page. */
export interface InspectorPage {
  link: string
  opened: boolean
  /** Whether the page has the token; with other auth, the user must enter credentials. */
  hasToken: boolean
}

/** The output of `fastmcp dev`, for a terminal or as JSON. */
export class Terminal implements Reporter {
  readonly #output: Output
  readonly #file: string
  readonly #clearing: boolean
  /** The number of watched files and whether keys are read; both are set later. */
  watching: () => number = () => 0
  /** Called once for each save that fails to load. */
  explained: (failure: string) => void = () => undefined
  /** Called when the first generation is serving. */
  started: () => void = () => undefined
  keys = false
  #url: string | undefined
  #note = ''
  /** The Inspector's line for the start screen, until that is printed. */
  #inspectorLine = ''
  #screenShown = !isTerminal()
  /** The page that has not been announced fully yet: how it connects is known only when a generation is serving. */
  #page: InspectorPage | undefined
  #linkShown = false
  #asksCallers: boolean | undefined
  #servingSince = ''
  #lastFailure = ''

  /** @param clearing whether to clear the screen at every reload. */
  constructor(output: Output, file: string, clearing: boolean) {
    this.#output = output
    this.#file = file
    this.#clearing = clearing && isTerminal()
  }

  /** Called when the port is open. @param wanted the requested port, if the actual one may differ. */
  serving(
    url: string | undefined,
    wanted: { value: number; origin: string },
    status: { url: string; token: string } | undefined,
  ): void {
    this.#url = url
    if (url === undefined) return
    const drifted = wanted.origin === 'default' && Number(new URL(url).port) !== wanted.value
    this.#note = drifted ? `   (${wanted.value} is in use)` : ''
    if (!isTerminal()) {
      this.#output.event('info', [`fastmcp: listening on ${url}${this.#note}`], {
        event: 'listening',
        url,
        status,
      })
    }
  }

  ready(about: About, took: number): void {
    this.#serves()
    this.#asksCallers = about.auth !== undefined
    this.#sayPage()
    const counts = about.counts.map(([word, count]) => plural(count, word))
    const what = [`${this.#file}:${about.exportName}`, counts.join(', ')]
      .filter((part) => part !== '')
      .join(' · ')
    const screen = [
      `  ${paint.bold('fastmcp')} ${version}  ready in ${ms(took)}`,
      '',
      `  ${oneLine(about.name).padEnd(10)}  ${oneLine(what)}`,
      ...(this.#url === undefined ? [] : [`  ➜  MCP        ${paint.accent(this.#url)}${this.#note}`]),
      ...(this.#inspectorLine === '' ? [] : [this.#inspectorLine]),
      paint.dim(`  watching ${plural(this.watching(), 'file')}${this.keys ? ' · h help' : ''}`),
    ]
    const line = row('ready', `${about.name} · ${what}`, paint.dim(ms(took)))
    const fields = { event: 'ready', name: about.name, url: this.#url, took: Math.round(took) }
    this.#screenShown = true
    this.#output.event('info', isTerminal() ? screen : [line], fields)
    this.started()
  }

  reloaded({ words }: OfferChange, took: number, clients: ClientCount): void {
    if (this.#clearing) this.clear()
    const fixed = this.#lastFailure !== '' ? 'fixed, ' : ''
    this.#serves()
    const named = words.slice(0, wordLimit).join(' ')
    const more = words.length > wordLimit ? ` and ${words.length - wordLimit} more` : ''
    const what = words.length > 0 ? named + more : 'no change for clients'
    const line = row('reload', fixed + what, paint.dim(`${ms(took)} · ${kept(clients)}`))
    this.#output.event('info', [line], {
      event: 'reload',
      changes: words,
      took: Math.round(took),
      ...clients,
    })
  }

  unchanged(took: number): void {
    const line = row('saved', 'no change in code', paint.dim(ms(took)))
    this.#output.event('info', [line], { event: 'unchanged', took: Math.round(took) })
  }

  failed({ message, details }: Failure, serving: boolean, clients: ClientCount): void {
    const failure = [message, ...details].join('\n')
    // The same failure is explained only once.
    if (failure === this.#lastFailure) return
    this.#lastFailure = failure
    this.#sayPage()
    this.#showInspector()
    const status = serving
      ? `still serving the save of ${this.#servingSince} · ${words(clients)}`
      : 'waiting for a save that loads'
    const lines = [...details, `  ${status}`].map(
      (line) => ' '.repeat(timeWidth) + continued(line, timeWidth),
    )
    const fields = { event: 'failed', message, details, serving, ...clients }
    this.explained(`${failure}\n${status}`)
    this.#output.event(
      'error',
      [`${clock()}  ${paint.failure('✗')} ${continued(message, timeWidth)}`, ...lines],
      fields,
    )
  }

  crashed(reason: string, clients: ClientCount): void {
    const line = row('restart', `the server ${reason}`, paint.dim(kept(clients)))
    this.#output.event('warning', [line], { event: 'restart', reason, ...clients })
  }

  readonly called = ({ client, method, subject, took, fault }: Call): void => {
    const what = subject === undefined ? method : `${method} ${subject}`
    const line = row(
      client ?? 'client',
      what,
      fault === undefined ? paint.dim(ms(took)) : paint.failure(oneLine(fault)),
    )
    const fields = { event: 'call', client, method, subject, took: Math.round(took), ok: fault === undefined }
    this.#output.event('info', [line], fields)
  }

  lines(lines: readonly string[]): void {
    this.#output.block('info', lines)
  }

  /** Clears the screen and the scrollback buffer. */
  clear(): void {
    clearScreen()
  }

  /**
   * Prints the entry for a client's configuration.
   * @param command the command with which a client starts this server.
   */
  clientConfig(about: About | undefined, command: object): void {
    const name = about?.name ?? 'server'
    const byUrl = { mcpServers: { [name]: { url: this.#url } } }
    const byCommand = { mcpServers: { [name]: command } }
    const json = (value: unknown) =>
      safeJson(value, 2)
        .split('\n')
        .map((line) => `  ${line}`)
    this.lines(['  by URL', ...json(byUrl), '  as a command', ...json(byCommand)])
  }

  tools(about: About | undefined): void {
    const tools = about?.offer.tools.map(([name]) => `  ${oneLine(name)}`) ?? []
    this.lines(tools.length > 0 ? tools : ['  no tools'])
  }

  inspectorInstalling(wanted = 'Inspector'): void {
    this.#inspector(`installing ${wanted} once (110 MB) … the server is up already`, { state: 'installing' })
  }

  inspectorReady(page: InspectorPage): void {
    this.#page = page
    this.#sayPage()
  }

  inspectorMissing(reason: string): void {
    this.#inspector(`not available: ${reason}`, { state: 'missing', reason })
  }

  /** Prints only its link, once, while the server fails to load. */
  #sayPage(): void {
    if (!this.#page) return
    const { link, opened, hasToken } = this.#page
    const words = opened ? ['opened'] : []
    if (this.#asksCallers !== undefined) {
      const locked = this.#asksCallers && !hasToken
      words.push(
        locked ? 'add the header it asks for: Server Settings, Custom Headers' : 'connects by itself',
      )
      this.#page = undefined
    } else if (this.#lastFailure === '' || this.#linkShown) return
    this.#linkShown = true
    const how = words.length > 0 ? `   ${words.join(', ')}` : ''
    this.#inspector(paint.accent(link) + how, { state: 'ready', link })
  }

  /** Prints the Inspector's line by itself, if the start screen will not come soon. */
  #showInspector(): void {
    if (!this.#screenShown && this.#inspectorLine !== '') this.#output.block('info', [this.#inspectorLine])
    this.#inspectorLine = ''
    this.#screenShown = true
  }

  #inspector(text: string, fields: Record<string, unknown>): void {
    const line = `  ➜  Inspector  ${text}`
    if (!this.#screenShown) this.#inspectorLine = line
    this.#output.event('info', this.#screenShown ? [line] : [], { event: 'inspector', ...fields })
  }

  #serves(): void {
    this.#servingSince = clock()
    this.#lastFailure = ''
  }
}

const row = (who: string, what: string, end: string) =>
  `${clock()}  ${cell(oneLine(who), nameWidth)}  ${oneLine(what)}   ${end}`
/** Column width of client names, such as `mcp-inspector` and `cursor-vscode`. */
const nameWidth = 14
/** Column width of the time at the start of a line; continuation lines are indented by it. */
const timeWidth = 10
const clock = () => new Date().toTimeString().slice(0, 8)
const ms = (took: number) => `${Math.round(took)} ms`
const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
const words = ({ sessions, listeners }: ClientCount) =>
  [
    ...(sessions > 0 || listeners === 0 ? [plural(sessions, 'session')] : []),
    ...(listeners > 0 ? [plural(listeners, 'listener')] : []),
  ].join(', ')
const kept = (clients: ClientCount) => `${words(clients)} kept`
