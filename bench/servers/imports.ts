import { editedExport } from './by-hand.ts'

/** What a save writes: the file, and the text that makes its server the one of this version. */
export type Edit = (version: number) => { name: string; text: string }

/**
 * A server over so many modules, each of which imports the next, or all of which the first imports. A save is one of
 * the last of them, which names the tool.
 */
export function imports(kind: 'deep' | 'wide', count: number): { files: Record<string, string>; edit: Edit } {
  const names = Array.from({ length: count }, (_, index) => `part${index}.ts`)
  const last = names.at(-1) ?? ''
  const edit: Edit = (version) => ({ name: last, text: `export const version = ${version}\n` })
  const next = (index: number) =>
    kind === 'deep'
      ? `export { version } from './${names[index + 1]}'\n`
      : `export const part${index} = ${index}\n`
  const parts = names.slice(0, -1).map((name, index) => [name, next(index)])
  const others = kind === 'wide' ? names.slice(0, -1).map((name) => `import './${name}'\n`) : []
  const from = kind === 'deep' ? names[0] : last
  const server = editedExport(0).replace("'tool0'", "'tool' + version")
  const files = {
    'server.ts': `import { version } from './${from}'\n${others.join('')}${server}`,
    [last]: edit(0).text,
  }
  return { files: { ...Object.fromEntries(parts), ...files }, edit }
}
