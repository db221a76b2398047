import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../protocol/jsonrpc.ts'

/** How a client writes its configuration down. All edits are of the text, so that everything else stays as it is. */
export interface ConfigFormat {
  /** @throws Error saying where the text is broken. */
  parse(text: string): Record<string, unknown>
  /** The text with one more entry in the section, which is made if it is missing. */
  add(text: string, section: string, name: string, entry: Record<string, unknown>): string
  /** The text without an entry that is there. */
  remove(text: string, section: string, name: string): string
}

/** The text cannot be edited without touching more than the entry. */
export class CannotEdit extends Error {}

/** The servers that a parsed configuration holds. */
export function sectionOf(config: Record<string, unknown>, section: string): Record<string, unknown> {
  const found = config[section]
  return isRecord(found) ? found : {}
}

/**
 * Adds or replaces an entry, and checks that nothing else says anything different after it.
 * @throws CannotEdit when it does.
 */
export function withEntry(
  format: ConfigFormat,
  text: string,
  section: string,
  [name, entry]: readonly [name: string, entry: Record<string, unknown>],
): string {
  const before = format.parse(text)
  const there = Object.hasOwn(sectionOf(before, section), name)
  const base = there ? format.remove(text, section, name) : text
  const after = format.add(base, section, name, entry)
  const expected = { ...before, [section]: { ...sectionOf(before, section), [name]: entry } }
  return checked(format, after, expected)
}

/** Takes an entry out, and checks that nothing else has changed. */
export function withoutEntry(format: ConfigFormat, text: string, section: string, name: string): string {
  const before = format.parse(text)
  const { [name]: _gone, ...rest } = sectionOf(before, section)
  return checked(format, format.remove(text, section, name), { ...before, [section]: rest })
}

function checked(format: ConfigFormat, after: string, expected: Record<string, unknown>): string {
  const same = (() => {
    try {
      return isDeepStrictEqual(plain(format.parse(after)), plain(expected))
    } catch {
      return false
    }
  })()
  if (!same) throw new CannotEdit('its form is one that cannot be edited without touching the rest')
  return after
}

/** Without prototypes, and without sections that are empty, which say as much as none. */
function plain(config: Record<string, unknown>): unknown {
  const copy: Record<string, unknown> = JSON.parse(JSON.stringify(config))
  return Object.fromEntries(
    Object.entries(copy).filter(
      ([, value]) => !(isRecord(value) && Object.keys(value).length === 0) && value !== null,
    ),
  )
}
