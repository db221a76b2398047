import { parseArgs } from 'node:util'
import { usageError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { flagOf, type Option, parseFrom, shown } from './option.ts'
import type { Given } from './resolve.ts'
import { isNegated, type RunOptionName, runOptions } from './run-options.ts'

/** A command line, taken apart. */
export interface ParsedArgs {
  /** The server spec, empty when none was given. */
  spec: string
  given: Given
  help: boolean
  /** What stood after `--`, for the user's program. */
  userArgs: string[]
}

const byFlag = new Map<string, [RunOptionName, Option<unknown>]>(
  (Object.entries(runOptions) as [RunOptionName, Option<unknown>][]).map((entry) => [
    writtenFlag(entry[1]),
    entry,
  ]),
)

/** The flag as it is typed: switches that are on by default are switched off with `--no-…`. */
export function writtenFlag(option: Option<unknown>): string {
  return isNegated(option) ? flagOf(option).replace('--', '--no-') : flagOf(option)
}

/**
 * Parses the arguments of `fastmcp run`, once and strictly: a flag given twice counts as its last value says,
 * and lists add up.
 * @throws CliError (exit 2) for anything that is not exactly understood, with the nearest thing that would be.
 */
export function parseRunArgs(argv: readonly string[]): ParsedArgs {
  const dashes = argv.indexOf('--')
  const own = dashes < 0 ? argv : argv.slice(0, dashes)
  const parsed: ParsedArgs = {
    spec: '',
    given: {},
    help: false,
    userArgs: dashes < 0 ? [] : argv.slice(dashes + 1),
  }
  const specs: string[] = []
  const { tokens } = parseArgs({
    args: withBareValues(own),
    options: parserOptions(),
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'positional') specs.push(token.value)
    else if (token.kind === 'option' && token.name === 'help') parsed.help = true
    else if (token.kind === 'option') take(parsed.given, token.rawName, token.name, token.value)
  }
  const [spec = '', ...extra] = specs
  if (extra.length > 0) {
    throw usageError(
      `one server at a time; arguments for it go after --, as in: -- ${extra.map(shown).join(' ')}`,
    )
  }
  return { ...parsed, spec }
}

function parserOptions() {
  const options: NonNullable<Parameters<typeof parseArgs>[0]>['options'] = {
    help: { type: 'boolean', short: 'h' },
  }
  for (const [flag, [, option]] of byFlag) {
    options[flag.slice(2)] = {
      type: option.value ? 'string' : 'boolean',
      ...(option.short && { short: option.short }),
    }
  }
  return options
}

function take(given: Given, raw: string, name: string, text: string | undefined): void {
  const [optionName, option] = byFlag.get(`--${name}`) ?? unknownFlag(raw)
  if (option.value && text === undefined) throw usageError(`${raw} needs a value: ${raw} <${option.value}>`)
  if (!option.value && text !== undefined) throw usageError(`${raw} takes no value`)
  const value = option.value ? parseFrom(option, text ?? '', raw) : !isNegated(option)
  given[optionName] = { value: option.repeatable ? added(given[optionName]?.value, value) : value, from: raw }
}

function unknownFlag(raw: string): never {
  const near = nearest(raw, [...byFlag.keys(), '--help'])
  throw usageError(`there is no flag ${shown(raw)}${near ? `. Did you mean ${near}?` : ''}`)
}

function added(before: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return [...(Array.isArray(before) ? before : []), ...value]
  return { ...(before as object | undefined), ...(value as object) }
}

/** A flag whose value may be left out takes the next word only if that can be its value, a path. */
function withBareValues(argv: readonly string[]): string[] {
  const bare = new Map([...byFlag].filter(([, [, option]]) => option.bare !== undefined))
  return argv.map((word, index) => {
    const option = bare.get(word)?.[1]
    return option && !argv[index + 1]?.startsWith('/') ? `${word}=${option.bare}` : word
  })
}
