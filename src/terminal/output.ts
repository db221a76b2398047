import picocolors from 'picocolors'
import { exitCodes } from './errors.ts'
import { fitted } from './fitted.ts'
import { continued, painted, safeJson } from './printable.ts'

/** What a line of the log says of how much it matters, and from which on lines are wanted. */
export const logLevels = ['debug', 'info', 'warning', 'error', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]

const severity: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3, silent: 4 }

/** What an event is about, by name. */
export type LogFields = Readonly<Record<string, unknown>>

/** The only way the runner speaks to people: lines on stderr, above a level, as text or JSON. */
export class Output {
  readonly #level: number
  readonly #json: boolean

  constructor(level: LogLevel, format: 'text' | 'json') {
    this.#level = severity[level]
    this.#json = format === 'json'
  }

  /** @param fields what a program that reads the log as JSON is told beside the message, which has it in words. */
  readonly log = (level: Exclude<LogLevel, 'silent'>, message: string, fields?: LogFields): void => {
    if (severity[level] < this.#level) return
    if (this.#json) this.#write(level, { message, ...fields })
    else say(message)
  }

  /** A block of lines for a person to read, such as the banner; one object each with JSON. */
  block(level: Exclude<LogLevel, 'silent'>, lines: readonly string[]): void {
    if (severity[level] < this.#level) return
    for (const line of lines) {
      if (this.#json) this.log(level, line.trim())
      else writeError(line)
    }
  }

  /** One event: a line or more of text for people, or one JSON object with its fields for programs. */
  event(level: Exclude<LogLevel, 'silent'>, lines: readonly string[], fields: LogFields): void {
    if (severity[level] < this.#level) return
    if (this.#json) this.#write(level, fields)
    else for (const line of lines) writeError(line)
  }

  #write(level: LogLevel, fields: LogFields): void {
    writeJson({ time: new Date().toISOString(), pid: process.pid, level, ...fields })
  }
}

/** Whether a person reads stderr, so that colour and more than one line are welcome. */
export const isTerminal = (): boolean => process.stderr.isTTY === true

/** As https://no-color.org and https://force-color.org have it: what the person says, else what the terminal can. */
function wantsColour({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (NO_COLOR) return false
  if (FORCE_COLOR) return !['0', 'false'].includes(FORCE_COLOR)
  return isTerminal() && TERM !== 'dumb'
}

/** By what stderr shows, where picocolors itself looks at stdout. */
const { bold, dim, cyan, red } = picocolors.createColors(wantsColour(process.env))

export const paint = { bold, dim, accent: cyan, failure: red }

/** Empties the screen and what can be scrolled back to. */
export function clearScreen(): void {
  process.stderr.write('\u001b[2J\u001b[3J\u001b[H')
}

/** A line of the runner's own, or several, for people, laid out for their terminal. */
export function writeError(line: string): void {
  writeTo(process.stderr, `${fitted(painted(line), columnsOf(process.stderr))}\n`)
}

/** A line for programs, which is one however long it is. */
const writeJson = (value: unknown): void => writeTo(process.stderr, `${safeJson(value)}\n`)

/** What the runner has to say, which may hold words of others. */
export function say(message: string): void {
  writeError(`fastmcp: ${continued(message)}`)
}

/** What was asked for, such as a help text, goes to stdout; everything else is for stderr. */
export function writeAnswer(text: string): void {
  writeTo(process.stdout, text)
}

/** Writes all that a command was asked for; its exit code. */
export function printed(text: string): number {
  writeAnswer(text)
  return exitCodes.ok
}

/** Text that was asked for by a person, laid out for the terminal that it goes to. */
export const answerText = (text: string): string => fitted(text, columnsOf(process.stdout))

/** Columns of a help: those of the terminal; in a pipe what `COLUMNS` says, or else as many as most terminals have. */
export const helpColumns = (): number =>
  process.stdout.columns || Number(/^\d+$/.exec(process.env.COLUMNS ?? '')?.[0]) || 80

const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream): number | undefined =>
  isTTY ? columns : undefined

/** Two columns, the second aligned; a first one that is too wide gets a line of its own. */
export function column(rows: readonly (readonly [string, string])[], width = 34): string[] {
  return rows.map(([left, right]) => {
    if (left.length >= width) return `  ${left}\n  ${' '.repeat(width)}${right}`
    return `  ${left.padEnd(width)}${right}`
  })
}

/** A reader that went away early, such as `head -1`, is no failure, and no reason for a server to stop. */
function writeTo(stream: NodeJS.WriteStream, text: string): void {
  stream.off('error', ignore).on('error', ignore)
  stream.write(text)
}

const ignore = () => undefined
