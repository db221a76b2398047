import type { GivenFor, OptionTable, ValuesOf } from './command-line.ts'
import { parseFrom } from './option.ts'

// Apart from command-line.ts, which holds commander: what serves takes values too, and parses nothing.

/** The values of a command's options: flag > environment > default. */
export function valuesOf<Table extends OptionTable>(
  table: Table,
  given: GivenFor<keyof Table & string>,
  env: NodeJS.ProcessEnv,
): ValuesOf<Table> {
  const values = Object.entries(table).map(([name, option]) => {
    const flag = given[name as keyof Table & string]
    if (flag) return [name, flag.value]
    const variable = option.env?.find((one) => env[one] !== undefined)
    return [name, variable ? parseFrom(option, env[variable] ?? '', variable) : option.default]
  })
  return Object.fromEntries(values) as ValuesOf<Table>
}

/** The values of a table when nobody says anything. */
export const defaultsOf = <Table extends OptionTable>(table: Table): ValuesOf<Table> =>
  Object.fromEntries(Object.entries(table).map(([name, option]) => [name, option.default])) as ValuesOf<Table>
