import { Command, Help as CommanderHelp, Option as CommanderOption } from 'commander'
import { exitCodes } from '../../terminal/errors.ts'
import { writeAnswer } from '../../terminal/output.ts'
import { flagsOf, type OptionTable } from '../command-line.ts'
import type { Option } from '../option.ts'

const groups = ['Server', 'Dev', 'HTTP', 'Call', 'Project', 'Environment', 'Output', 'Limits'] as const

/** Columns of the help where the terminal does not say how many it has, and the most and fewest it uses. */
const width = { usual: 100, most: 120, least: 60 }
/** Columns for the flags; what is wider stands on a line of its own. */
const termWidth = 32

export interface Help {
  /** What stands before the options: how the command is typed, and what it does. */
  usage: string
  options: OptionTable
  /** What stands after them. */
  ending?: string
}

/** The help of a command, made from its option table and laid out by commander for the width of the terminal. */
export function helpText({ usage, options, ending = '' }: Help, columns = process.stdout.columns): string {
  const [typed = '', ...about] = usage.split('\n')
  const command = new Command(typed.replace('Usage: ', '')).usage(' ').helpOption(false)
  command.description(unbroken(about.join('\n').trim()))
  for (const group of groups) {
    const own = Object.values(options).filter((option) => option.group === group)
    for (const option of own) command.addOption(optionOf(option).helpGroup(group))
  }
  const help = Object.assign(new CommanderHelp(), { padWidth: () => termWidth, optionTerm, formatItem })
  const helpWidth = Math.min(Math.max(columns ?? width.usual, width.least), width.most)
  help.prepareContext({ helpWidth })
  const lines = [help.formatHelp(command, help), help.boxWrap(unbroken(ending), helpWidth)]
  return `${lines
    .map((part) => part.replace(/[^\S\n]+$/gm, '').trimEnd())
    .filter(Boolean)
    .join('\n\n')}\n`
}

const optionOf = (option: Option<unknown>) =>
  new CommanderOption(flagsOf(option), option.help + defaultOf(option))

/** Flags stand below each other, whether or not a letter stands before them. */
const optionTerm = ({ short, flags }: CommanderOption) => (short ? flags : `    ${flags}`)

function defaultOf(option: Option<unknown>): string {
  const text = option.defaultText ?? (typeof option.default === 'boolean' ? '' : String(option.default ?? ''))
  return text === '' || text === '[object Object]' ? '' : ` (default: ${text})`
}

function formatItem(term: string, termWidth: number, description: string, help: CommanderHelp): string {
  const format = CommanderHelp.prototype.formatItem.bind(help)
  if (term.length <= termWidth) return format(term, termWidth, description, help)
  return `  ${term}\n${format('', termWidth, description, help)}`
}

/** Paragraphs are broken by the terminal's width, and only lines that are indented stay as they are. */
const unbroken = (text: string) => text.replace(/(?<=^\S.*)\n(?=\S)/gm, ' ')

/** Prints the help to stdout. Returns the exit code. */
export function printHelp(help: Help): number {
  writeAnswer(helpText(help))
  return exitCodes.ok
}
