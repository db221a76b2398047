import type { Rows } from './rows.ts'

const shown = { right: '✔', refused: 'refused', wrong: 'WRONG' }

/** One line a server, and what each column adds up to. */
export function page(names: readonly string[], steps: readonly string[], record: Rows): string {
  const width = Math.max(...names.map(({ length }) => length), 0) + 2
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}${cells.map((cell) => cell.padEnd(10)).join('')}`.trimEnd()
  const cell = (name: string, step: string) => {
    const came = record.get(name, step)
    return came ? shown[came.is] : '–'
  }
  const rows = names.map((name) =>
    line(
      name,
      steps.map((step) => cell(name, step)),
    ),
  )
  const right = (step: string) => {
    const all = names.flatMap((name) => record.get(name, step) ?? [])
    return `${all.filter(({ is }) => is === 'right').length}/${all.length}`
  }
  return [line('', steps), ...rows, line('right', steps.map(right))].join('\n')
}
