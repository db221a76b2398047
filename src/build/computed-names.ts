import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isScript } from '../loader/package-entry.ts'
import { argumentsAt, type Edit, type Source, type Span } from './code-places.ts'
import { names } from './surroundings.ts'

/** A name that is only known when the server runs, and cannot be told from the text. */
export interface Unknown extends Span {
  readonly how: 'import' | 'require'
}

/**
 * What becomes of `import()` and `require()` of names that are not written out: those that begin with a folder choose
 * among the files that are there now, which all go into the bundle.
 */
export function computedNames(source: Source): { edits: Edit[]; unknown: Unknown[] } {
  const [edits, unknown]: [Edit[], Unknown[]] = [[], []]
  for (const call of source.code.matchAll(/(?<![.\w$#])(import|require)\s*\((?=\s*)/g)) {
    const how = call[1] === 'import' ? 'import' : 'require'
    const span = argumentsAt(source, call.index + call[0].length - 1)
    const given = firstArgument(source, span)
    if (given === '' || isLiteral(given) || isDeclared(source, call.index, span)) continue
    const literal = constantOf(source, given)
    if (literal !== undefined) {
      edits.push({ from: span.from, end: span.end, text: literal })
      continue
    }
    const written = alternativesIn(given)
    const files = written.length > 0 ? written : filesFor(given, dirname(source.file))
    if (files.length === 0) unknown.push({ from: call.index, end: span.end, how })
    else edits.push({ from: call.index, end: span.end + 1, text: choice(how, given, files) })
  }
  return { edits, unknown }
}

/** A method of that name, with or without types, or the type of one. */
function isDeclared({ code, text }: Source, at: number, { from, end }: Span): boolean {
  const before = code.slice(Math.max(0, at - 80), at)
  const after = code.slice(end, end + 200)
  if (/\b(?:function|async|static|public|private|protected|override|abstract)\s+\*?\s*$/.test(before))
    return true
  if (/^\)\s*\{/.test(after) || (/[{};,]\s*$/.test(before) && /^\):[^;,=?]*\{/.test(after))) return true
  // What is declared has the types of its arguments, which a call cannot have.
  return /^\s*(?:\.\.\.\s*)?(?:[\w$]+|\{[^}]*\}|\[[^\]]*\])\s*\??\s*:/.test(text.slice(from, end))
}

/** The text of what is imported, without attributes. */
function firstArgument({ text, code }: Source, { from, end }: Span): string {
  let depth = 0
  for (let at = from; at < end; at++) {
    if ('([{'.includes(code[at] ?? ' ')) depth++
    if (')]}'.includes(code[at] ?? ' ')) depth--
    if (code[at] === ',' && depth === 0) return plain(text.slice(from, at))
  }
  return plain(text.slice(from, end))
}

const plain = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').trim()

const isLiteral = (text: string) => /^(?:'[^'\n]*'|"[^"\n]*"|`[^`$]*`)$/.test(text)

/** What a constant of the file is, where its text says so. */
function constantOf({ text }: Source, name: string): string | undefined {
  if (!/^[\w$]+$/.test(name)) return undefined
  const escaped = name.replace(/\$/g, '\\$')
  return new RegExp(
    `\\bconst\\s+${escaped}\\s*(?::[^=\\n]+)?=\\s*('[^'\\n]*'|"[^"\\n]*")\\s*(?:as const)?[;\\n]`,
  ).exec(text)?.[1]
}

/** The names among which a condition chooses, each written out and beginning with a folder. */
function alternativesIn(given: string): string[] {
  const name = /\s*(?:'(\.{1,2}\/[^'\n]*)'|"(\.{1,2}\/[^"\n]*)")\s*/.source
  const found = new RegExp(`^[^?:]+\\?${name}(?::[^?:]+\\?${name})*:${name}$`).test(given)
  if (!found) return []
  return [...given.matchAll(new RegExp(`[?:]${name}(?=[:]|$)`, 'g'))].map(
    ([, one, other]) => one ?? other ?? '',
  )
}

/** The names by which a choice can be made: of each file, as it is and as its output would be called. */
function filesFor(given: string, folder: string): string[] {
  const inner =
    /^new URL\(\s*([\s\S]+?)\s*,\s*import\.meta\.url\s*,?\s*\)(?:\.(?:href|pathname|toString\(\)))?$/.exec(
      given,
    )?.[1]
  const parts = partsOf(inner ?? given)
  if (!parts || !/^\.{1,2}\//.test(parts.before)) return []
  const base = parts.before.slice(0, parts.before.lastIndexOf('/') + 1)
  return scriptsIn(join(folder, base), 3)
    .flatMap((path) => namesOf(base + path))
    .filter((name) => name.startsWith(parts.before) && name.endsWith(parts.after))
    .filter((name) => name.length >= parts.before.length + parts.after.length)
}

/** What stands before and after what is computed. */
function partsOf(text: string): { before: string; after: string } | undefined {
  const template = /^`([^`$]*)\$\{[^`]*\}([^`}$]*)`$/.exec(text)
  const sum = /^(['"])([^'"\n]*)\1\s*\+[^'"]*(?:\+\s*(['"])([^'"\n]*)\3)?$/.exec(text)
  if (template) return { before: template[1] ?? '', after: template[2] ?? '' }
  return sum ? { before: sum[2] ?? '', after: sum[4] ?? '' } : undefined
}

/** The scripts and JSON below a folder, as paths in it. */
function scriptsIn(folder: string, depth: number): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
      if (one.isDirectory())
        return depth > 1 && one.name !== 'node_modules'
          ? scriptsIn(join(folder, one.name), depth - 1).map((path) => `${one.name}/${path}`)
          : []
      return isScript(one.name) || one.name.endsWith('.json') ? [one.name] : []
    })
  } catch {
    return []
  }
}

function namesOf(path: string): string[] {
  const output = path.replace(/\.tsx?$/, '.js').replace(/\.([cm])ts$/, '.$1js')
  return [...new Set([path, output, path.replace(/\.([cm]?[jt]s|[jt]sx|json)$/, '')])]
}

function choice(how: 'import' | 'require', given: string, files: readonly string[]): string {
  const table = [...new Set(files)].map((name) => {
    const text = JSON.stringify(name)
    return `${text}: () => ${how}(${text})`
  })
  const call = `${names.pick}(${given}, ${names.meta}, { ${table.join(', ')} })`
  // What is not there rejects, as it does with Node.
  return how === 'import' ? `(async () => ${call})()` : call
}
