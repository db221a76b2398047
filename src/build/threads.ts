import { argumentsAt, type Edit, type Source, type Span } from './code-places.ts'
import { nodeNames } from './node-names.ts'
import { names } from './surroundings.ts'

/** A thread that a source starts from a file of its own. */
export interface Thread extends Span {
  /** The file, relative to the source. */
  readonly name: string
}

const place =
  /^(?:fileURLToPath\(\s*)?new\s+URL\(\s*(['"`])(\.{1,2}\/[^'"`$]+)\1\s*,\s*import\.meta\.url\s*\)|^(?:[\w$]+\.)?(?:join|resolve)\(\s*(?:__dirname|import\.meta\.dirname)\s*,\s*(['"`])([^'"`$]+)\3\s*\)/

/** The threads that a source starts, and the places of those whose file is not written out. */
export function threadsIn(source: Source): { threads: Thread[]; unknown: Span[] } {
  const [threads, unknown]: [Thread[], Span[]] = [[], []]
  // Queues of work have a class of that name as well.
  const { named, modules } = nodeNames(source, ['worker_threads'], 'Worker')
  const classes = new Set([...named, ...modules.map((name) => `${name}.Worker`)])
  for (const call of source.code.matchAll(/\bnew\s+([\w$.]+)\s*\(/g)) {
    if (!classes.has(call[1] ?? '')) continue
    const span = argumentsAt(source, call.index + call[0].length - 1)
    const text = source.text.slice(span.from, span.end)
    const lead = text.length - text.trimStart().length
    const found = place.exec(text.trimStart())
    if (found) {
      const closed = found[0].startsWith('fileURLToPath')
        ? (/^\s*\)/.exec(text.slice(lead + found[0].length))?.[0].length ?? 0)
        : 0
      const from = span.from + lead
      const name = found[2] ?? `./${(found[4] ?? '').replace(/^\.\//, '')}`
      threads.push({ from, end: from + found[0].length + closed, name })
    } else if (!/\beval\s*:/.test(text)) unknown.push({ from: call.index, end: span.end })
  }
  return { threads, unknown }
}

/** @param code the thread's own bundle. */
export const threadEdit = ({ from, end }: Thread, code: string): Edit => ({
  from,
  end,
  text: `${names.thread}(${JSON.stringify(code)})`,
})
