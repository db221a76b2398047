import type { Edit, Source } from './code-places.ts'

/**
 * Lets what an ES module requires by a function of its own making, `createRequire(import.meta.url)`, go into the bundle
 * as well: the compiler knows `require` by its name alone.
 */
export function ownRequires({ code }: Source): Edit[] {
  const edits: Edit[] = []
  const made = /\b(?:const|let|var)\s+([\w$]+)\s*=\s*(?:[\w$]+\s*\.\s*)?createRequire\s*\(/g
  for (const { 0: all, 1: name = '', index } of code.matchAll(made)) {
    const from = index + all.indexOf(name, 4)
    const keeps = name === 'require' ? '__built_required' : name
    if (name === 'require') edits.push({ from, end: from + name.length, text: keeps })
    const escaped = name.replace(/\$/g, '\\$')
    for (const use of code.matchAll(new RegExp(`(?<![.\\w$])${escaped}(?=\\s*([.(]))`, 'g'))) {
      if (use.index === from) continue
      const text = use[1] === '(' ? 'require' : keeps
      if (text !== name) edits.push({ from: use.index, end: use.index + name.length, text })
    }
  }
  return edits
}
