import { oneLine } from '../terminal/printable.ts'
import { asSchema, signature } from './json-schema.ts'
import type { Offers } from './survey.ts'

type Row = readonly [left: string, right: string]

/** `4 tools, 1 prompt`. */
export const offersCount = ({ tools, prompts, resources, resourceTemplates }: Offers): string =>
  counted([
    [tools.length, 'tool'],
    [prompts.length, 'prompt'],
    [resources.length, 'resource'],
    [resourceTemplates.length, 'template'],
  ])

/** What a server offers, as tables for people: one line each, with the arguments as they are typed. */
export function offersText(offers: Offers, options: { schema: boolean }): string {
  const sections: [string, Row[]][] = [
    ['Tools', offers.tools.flatMap((tool) => toolRows(tool, options.schema))],
    [
      'Prompts',
      offers.prompts.map((prompt) => [
        `${prompt.name} ${promptWords(prompt)}`.trim(),
        firstLine(prompt.description),
      ]),
    ],
    ['Resources', offers.resources.map((one) => [one.uri, firstLine(one.description ?? one.name)])],
    [
      'Templates',
      offers.resourceTemplates.map((one) => [one.uriTemplate, firstLine(one.description ?? one.name)]),
    ],
  ]
  const shown = sections.filter(([, rows]) => rows.length > 0)
  return shown.map(([title, rows]) => [title, ...table(rows)].join('\n')).join('\n\n')
}

/** The first sentence or line of a description, for a table. */
export function firstLine(text: string | undefined, width = 100): string {
  const line = oneLine((text ?? '').trim().split(/\r?\n/)[0] ?? '')
  return line.length > width ? `${line.slice(0, width - 1)}…` : line
}

/** `1 tool, 2 prompts`; what there is none of is left out. */
export function counted(counts: readonly (readonly [count: number, word: string])[]): string {
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`)
  return parts.length > 0 ? parts.join(', ') : 'nothing'
}

function toolRows(tool: Offers['tools'][number], schema: boolean): Row[] {
  const words = signature(asSchema(tool.inputSchema))
  const row: Row = [`${tool.name} ${words}`.trim(), firstLine(tool.description ?? tool.title)]
  if (!schema) return [row]
  const schemas: [string, unknown][] = [
    ['input', tool.inputSchema],
    ['output', tool.outputSchema],
  ]
  const given = schemas.filter(([, value]) => value !== undefined)
  return [row, ...given.map(([word, value]): Row => [`  ${word} ${JSON.stringify(value)}`, ''])]
}

const promptWords = ({ arguments: args = [] }: Offers['prompts'][number]): string =>
  args.map(({ name, required }) => (required ? `${name}=…` : `[${name}=…]`)).join(' ')

/** Two columns; a left side too long for one gets a line of its own. */
function table(rows: readonly Row[]): string[] {
  const cells = rows.map(([left, right]): Row => [oneLine(left), right])
  const fitting = cells.map(([shown]) => shown.length).filter((length) => length <= 44)
  const width = Math.max(0, ...fitting) + 3
  return cells.map(([shown, right]) => {
    if (right === '') return `  ${shown}`
    return shown.length > 44
      ? `  ${shown}\n  ${' '.repeat(width)}${right}`
      : `  ${shown.padEnd(width)}${right}`
  })
}
