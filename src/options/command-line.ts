import { Command, Option as CommanderOption } from 'commander'
import { type CliError, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { addedUp, flagOf, type Option, parseFrom, shown } from './option.ts'

/** The options that one command takes, by name. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>

/** The values that a table of options gives, by name. */
export type ValuesOf<Table> = {
  -readonly [Name in keyof Table]: Table[Name] extends Option<infer T> ? T : never
}

/** Values given at one level of the precedence; what a level does not mention, the next one decides. */
export type GivenFor<Name extends string> = Partial<Record<Name, { value: unknown; from: string }>>

/** A command line, taken apart. */
export interface CommandLine<Name extends string> {
  /** What stood there beside the options, in order. */
  words: string[]
  given: GivenFor<Name>
  help: boolean
  /** What stood after `--`, for the user's program. */
  userArgs: string[]
}

/** Switches that are on by default, and whose flag therefore says `--no-…`. */
export const isNegated = (option: Option<unknown>): boolean =>
  option.value === undefined && option.default === true

/** The flag as it is typed: switches that are on by default are switched off with `--no-…`. */
export function writtenFlag(option: Option<unknown>): string {
  return isNegated(option) ? flagOf(option).replace('--', '--no-') : flagOf(option)
}

/** How an option is written in the help, and what commander reads of it. */
export function flagsOf(option: Option<unknown>): string {
  const short = option.short ? `-${option.short}, ` : ''
  const value = option.bare === undefined ? `<${option.value}>` : `[${option.value}]`
  return `${short}${writtenFlag(option)}${option.value ? ` ${value}` : ''}`
}

/**
 * Parses the arguments of a command, once and strictly: a flag given twice counts as its last value says, and
 * lists add up.
 * @throws CliError (exit 2) for anything that is not exactly understood, with the nearest thing that would be.
 */
export function parseCommandLine<Table extends OptionTable>(
  argv: readonly string[],
  table: Table,
): CommandLine<keyof Table & string> {
  const byFlag = new Map(Object.entries(table).map((entry) => [writtenFlag(entry[1]), entry]))
  const dashes = argv.indexOf('--')
  const own = dashes < 0 ? argv : argv.slice(0, dashes)
  const parsed: CommandLine<string> = {
    words: [],
    given: {},
    help: false,
    userArgs: dashes < 0 ? [] : argv.slice(dashes + 1),
  }
  const command = new Command().helpOption(false).option('-h, --help')
  command.on('option:help', () => {
    parsed.help = true
  })
  for (const entry of byFlag.values()) {
    const [, option] = entry
    command.addOption(new CommanderOption(flagsOf(option)))
    const raw = typedAs(option, own)
    command.on(`option:${writtenFlag(option).slice(2)}`, (text: string | null | undefined) =>
      take(parsed.given, entry, raw, text ?? undefined),
    )
  }
  refuseOneDash(own, byFlag)
  refuseCutOff(own, byFlag)
  const { operands, unknown } = command.parseOptions(withBareValues(own, byFlag))
  if (unknown[0] !== undefined) throw unknownFlag(unknown[0], byFlag)
  parsed.words = operands
  return parsed as CommandLine<keyof Table & string>
}

/** The words of a command that passes none on to a server: those after `--` are words like any other. */
export const allWords = ({ words, userArgs }: Pick<CommandLine<never>, 'words' | 'userArgs'>): string[] => [
  ...words,
  ...userArgs,
]

type ByFlag = ReadonlyMap<string, readonly [name: string, option: Option<unknown>]>

/** The form of a flag that was typed, for messages about it. */
function typedAs(option: Option<unknown>, argv: readonly string[]): string {
  const long = writtenFlag(option)
  const isLong =
    option.short === undefined || argv.some((word) => word === long || word.startsWith(`${long}=`))
  return isLong ? long : `-${option.short}`
}

/** `-port` is read as `-p ort`, which nobody has meant. */
function refuseOneDash(argv: readonly string[], byFlag: ByFlag): void {
  for (const word of argv) {
    const [flag = ''] = word.split('=', 1)
    if (/^-[a-z][a-z-]+$/.test(flag) && byFlag.has(`-${flag}`))
      throw usageError(`unknown flag ${shown(word)}. Did you mean -${flag}?`)
  }
}

/** A flag that needs a value does not take the end, or the next flag, for one. */
function refuseCutOff(argv: readonly string[], byFlag: ByFlag): void {
  const options = [...byFlag.values()].map(([, option]) => option)
  for (const [index, word] of argv.entries()) {
    const option = options.find((one) => word === writtenFlag(one) || (one.short && word === `-${one.short}`))
    if (!option?.value || option.bare !== undefined) continue
    const next = argv[index + 1]
    if (next === undefined || byFlag.has(next))
      throw usageError(`${word} needs a value: ${word} <${option.value}>`)
  }
}

function take(
  given: GivenFor<string>,
  [name, option]: readonly [string, Option<unknown>],
  raw: string,
  text: string | undefined,
): void {
  const value = option.value ? parseFrom(option, text ?? '', raw) : !isNegated(option)
  given[name] = { value: option.repeatable ? addedUp(given[name]?.value, value) : value, from: raw }
}

function unknownFlag(typed: string, byFlag: ByFlag): CliError {
  const [raw = typed] = typed.split('=', 1)
  if (byFlag.has(raw)) return usageError(`${raw} takes no value`)
  const near = nearest(raw, [...byFlag.keys(), '--help'])
  return usageError(`unknown flag ${shown(raw)}${near ? `. Did you mean ${near}?` : ''}`)
}

/** What the value of a flag may look like whose value may be left out: a path, or a number. */
const bareValue = { path: /^\//, number: /^\d+$/ }

/** A flag whose value may be left out takes the next word only if that can be its value and nothing else. */
function withBareValues(argv: readonly string[], byFlag: ByFlag): string[] {
  const bare = new Map([...byFlag].filter(([, [, option]]) => option.bare !== undefined))
  return argv.map((word, index) => {
    const option = bare.get(word)?.[1]
    if (!option?.bare) return word
    const shape = /^\d+$/.test(option.bare) ? bareValue.number : bareValue.path
    return shape.test(argv[index + 1] ?? '') ? word : `${word}=${option.bare}`
  })
}
