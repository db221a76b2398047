import { exitCodes } from '../errors.ts'
import { type OptionTable, writtenFlag } from '../options/command-line.ts'
import type { Option } from '../options/option.ts'
import { writeAnswer } from '../output.ts'
import { column } from './columns.ts'

const groups = ['Server', 'Dev', 'HTTP', 'Call', 'Project', 'Environment', 'Output', 'Limits'] as const

export interface Help {
  /** What stands before the options: how the command is typed, and what it does. */
  usage: string
  options: OptionTable
  /** What stands after them. */
  ending?: string
}

/** The help of a command, made from its option table. */
export function helpText({ usage, options, ending }: Help): string {
  const sections = groups.flatMap((group) => {
    const rows = Object.values(options)
      .filter((option) => option.group === group)
      .map(row)
    return rows.length > 0 ? [[group, ...column(rows)].join('\n')] : []
  })
  return `${[usage, ...sections, ...(ending === undefined ? [] : [ending])].join('\n\n')}\n`
}

function row(option: Option<unknown>): [string, string] {
  const short = option.short ? `-${option.short}, ` : '    '
  const value = option.value ? ` <${option.value}>` : ''
  const shape = option.bare ? value.replace('<', '[').replace('>', ']') : value
  return [`${short}${writtenFlag(option)}${shape}`, option.help + defaultOf(option)]
}

function defaultOf(option: Option<unknown>): string {
  const text = option.defaultText ?? (typeof option.default === 'boolean' ? '' : String(option.default ?? ''))
  return text === '' || text === '[object Object]' ? '' : ` (default: ${text})`
}

/** Prints the help to stdout. Returns the exit code. */
export function printHelp(help: Help): number {
  writeAnswer(helpText(help))
  return exitCodes.ok
}
