import { isRecord } from '../../protocol/jsonrpc.ts'
import { parsedJson } from '../../protocol/parsed-json.ts'
import type { Finding } from './finding.ts'
import { pointer, type Step } from './pointer.ts'

/**
 * Why the official client did not take a list, in its own words, where no check has an error of it: what it asks for
 * may be more than the checks know.
 */
export function refusalFindings(
  method: string,
  refusal: string | undefined,
  found: readonly Finding[],
): Finding[] {
  if (refusal === undefined || found.some(({ level }) => level === 'error')) return []
  return issuesOf(refusal).map(({ path, text }) => ({
    level: 'error',
    check: 'list-rejected',
    subject: method,
    path,
    text,
    clients: ['clients built on the official SDKs'],
    effect: 'rejected',
    remedy: 'correct it; until then they lose the whole list',
  }))
}

/** The issues of a message such as `Invalid result for tools/list: [{"path": ["tools", 0], "message": "…"}]`. */
function issuesOf(refusal: string): { path: string; text: string }[] {
  const issues = parsedJson(refusal.slice(refusal.indexOf('[')))
  const known = Array.isArray(issues) ? issues.filter(isRecord) : []
  if (known.length === 0) return [{ path: '', text: refusal }]
  return known.map(({ path, message }) => ({
    path: pointer((Array.isArray(path) ? path : []).map((step): Step => String(step))),
    text: String(message),
  }))
}
