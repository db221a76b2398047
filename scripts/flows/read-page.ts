/** What a section of the page shows. */
export interface Shown {
  readonly title: string
  /** The visits of each part or process. */
  readonly pieces: ShownVisit[][]
  /** How often it is said to come to a folder. */
  readonly counts: ReadonlyMap<string, number>
}

export interface ShownVisit {
  readonly folder: string
  readonly files: readonly { readonly file: string; readonly names: readonly string[] }[]
}

/** Reads what `pageOf` has written. */
export const readPage = (page: string): Shown[] => page.split(/^## /m).slice(1).map(readSection)

function readSection(section: string): Shown {
  const [, flow = '', sentences = ''] = section.split(/^```(?:text)?$/m)
  const pieces: ShownVisit[][] = [[]]
  for (const line of flow
    .replaceAll(/\n *; /g, '; ')
    .trim()
    .split('\n')) {
    if (line.endsWith(':')) pieces.push([])
    else
      pieces.at(-1)?.push(
        ...line
          .trim()
          .split(/ \(?→ | · |\)$/)
          .filter(Boolean)
          .map(readVisit),
      )
  }
  const counts = sentences.matchAll(/^- `(.+)\/` (\d+) times: \S/gm)
  return {
    title: section.slice(0, section.indexOf('\n')),
    pieces: pieces.filter((visits) => visits.length > 0),
    counts: new Map([...counts].map(([, folder = '', count]) => [folder, Number(count)])),
  }
}

function readVisit(text: string): ShownVisit {
  const [folder = '', files = ''] = text.split(/\/ (.+)/)
  return {
    folder,
    files: files.split('; ').map((words) => {
      const [file = '', names = ''] = words.split(/ (.+)/)
      return { file: `${folder}/${file}`, names: names.split(', ').filter(Boolean) }
    }),
  }
}
