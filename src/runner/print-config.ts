import { withoutPassword } from '../options/replica-options.ts'
import type { Settings } from '../options/settings.ts'
import type { Plan } from './plan.ts'

/** The entry, and every setting with its value and origin, as JSON. */
export const configText = ({ entry, settings, userArgs }: Plan): string =>
  shapeText({ file: entry.file, export: entry.exportName ?? null, args: userArgs }, settings)

/** The same for an external server. */
export function shapeText(server: object, settings: Settings): string {
  const options = Object.entries(settings).filter(([name]) => name !== 'printConfig')
  const shown = {
    ...server,
    options: Object.fromEntries(
      options.map(([name, { value, from }]) => [name, { value: shownValue(name, value) ?? null, from }]),
    ),
  }
  return `${JSON.stringify(shown, null, 2)}\n`
}

/** Variable values are often secrets, so only their names are shown. */
const shownValue = (name: string, value: unknown): unknown =>
  name === 'env'
    ? Object.keys(Object(value))
    : name === 'redis' && typeof value === 'string'
      ? withoutPassword(value)
      : value
