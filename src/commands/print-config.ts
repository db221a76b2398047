import type { Plan } from './plan.ts'

/** What would be run, and every setting with its value and where it came from, as JSON. */
export function configText({ entry, settings, userArgs }: Plan): string {
  const options = Object.entries(settings).filter(([name]) => name !== 'printConfig')
  const shown = {
    file: entry.file,
    export: entry.exportName ?? null,
    args: userArgs,
    options: Object.fromEntries(
      options.map(([name, { value, from }]) => [name, { value: value ?? null, from }]),
    ),
  }
  return `${JSON.stringify(shown, null, 2)}\n`
}
