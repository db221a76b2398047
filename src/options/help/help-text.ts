import { fitted } from '../../terminal/fitted.ts'
import { helpColumns, printed } from '../../terminal/output.ts'
import { flagsOf, type OptionTable } from '../command-line.ts'
import type { Option } from '../option.ts'

const groups = ['Server', 'Dev', 'HTTP', 'Call', 'Project', 'Environment', 'Output', 'Limits'] as const

/** The most columns that a help uses. */
const widest = 120
/** Where what an option does begins; what is wider stands on a line of its own. */
const optionColumn = 36
/** Columns of a terminal with room for two; on a narrower one what an option does stands below it. */
const roomForTwo = 76
const narrowColumn = 10

export interface Help {
  /** What stands before the options: how the command is typed, and what it does. */
  usage: string
  options: OptionTable
  /** What stands after them. */
  ending?: string
}

/** The help of a command, made from its option table and laid out for the width of the terminal. */
export function helpText({ usage, options, ending = '' }: Help, columns = helpColumns()): string {
  const helpWidth = Math.min(columns, widest)
  const sections = groups.map((group) => {
    const own = Object.values(options).filter((option) => option.group === group)
    return own.length > 0 ? [group, ...own.map((option) => row(option, helpWidth))].join('\n') : ''
  })
  const [typed = '', ...about] = usage.split('\n')
  const parts = [
    fitted(typed, helpWidth, 'Usage: '.length),
    unbroken(about.join('\n').trim()),
    ...sections,
    unbroken(ending),
  ].filter(Boolean)
  return `${fitted(parts.join('\n\n'), helpWidth, 0)}\n`
}

function row(option: Option<unknown>, helpWidth: number): string {
  // Flags stand below each other, whether or not a letter stands before them.
  const flags = `  ${option.short ? '' : '    '}${flagsOf(option)}`
  const words = option.help + defaultOf(option)
  const column = helpWidth < roomForTwo ? narrowColumn : optionColumn
  if (column === optionColumn && flags.length <= column - 2) return flags.padEnd(column) + words
  return `${flags}\n${' '.repeat(column)}${words}`
}

function defaultOf(option: Option<unknown>): string {
  const text = option.defaultText ?? (typeof option.default === 'boolean' ? '' : String(option.default ?? ''))
  return text === '' || text === '[object Object]' ? '' : ` (default: ${text})`
}

/** Paragraphs are broken by the terminal's width, and only lines that are indented stay as they are. */
const unbroken = (text: string) => text.replace(/(?<=^\S.*)\n(?=\S)/gm, ' ')

/** Prints the help to stdout. Returns the exit code. */
export function printHelp(help: Help): number {
  return printed(helpText(help))
}
