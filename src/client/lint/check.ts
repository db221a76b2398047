import type { Effect, Finding, Level } from './finding.ts'
import { pointer, type Step } from './pointer.ts'

/** One row of a table of checks: what it looks at, who does not accept it, and what to do about it. */
export interface Check<Subject> {
  /** Unique; `docs/notes/schema-checks.md` has a row for it, with the sources for its clients. */
  readonly name: string
  readonly level: Level
  /** Clients and providers that are known not to accept it; empty where it goes wrong with everybody. */
  readonly clients: readonly Client[]
  /** The same for an output schema, which is not sent to models; by default those that validate by it. */
  readonly ofOutput?: readonly Client[]
  /** What they do; by default they reject it. */
  readonly effect?: Effect
  /** What to do about it, as a clause in the imperative. */
  readonly remedy: string
  /** What is wrong, if anything is. */
  find(subject: Subject): Fault | readonly Fault[] | undefined
}

/** What is wrong, and where it is, seen from the subject. */
export type Fault = string | { readonly at: readonly Step[]; readonly text: string }

/** Those that a check may name. */
export type Client =
  | 'Claude'
  | 'Claude Code'
  | 'Claude Desktop'
  | 'Codex'
  | 'Copilot CLI'
  | 'Cursor'
  | 'Gemini'
  | 'Gemini CLI'
  | 'LangChain'
  | 'OpenAI'
  | 'OpenAI in strict mode'
  | 'VS Code'
  | 'clients built on the official SDKs'
  | 'clients that follow the MCP specification'
  | 'clients that validate'

/** What the findings are about. */
export interface Where {
  readonly subject: string
  /** JSON pointer from there to what is looked at. */
  readonly path: string
  /** Of which schema of a tool they are, if of one. */
  readonly use?: 'input' | 'output'
}

/** Runs every row of a table on a subject. */
export function findingsOf<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
  where: Where,
): Finding[] {
  const findings: Finding[] = []
  for (const check of checks) {
    const found = check.find(subject)
    if (found !== undefined)
      for (const fault of faultsOf(found)) findings.push(findingOf(check, fault, where))
  }
  return findings
}

function findingOf<Subject>(check: Check<Subject>, fault: Fault, where: Where): Finding {
  const { name, level, effect = 'rejected', remedy } = check
  const { at, text } = typeof fault === 'string' ? { at: [], text: fault } : fault
  const clients = where.use === 'output' ? outputClients(check) : check.clients
  const path = `${where.path}${pointer(at)}`
  const who = clients.length > 0 ? { clients, effect } : { clients }
  return { level, check: name, subject: where.subject, path, text, ...who, remedy }
}

const outputClients = ({ clients, ofOutput }: Pick<Check<never>, 'clients' | 'ofOutput'>) =>
  ofOutput ?? (clients.length > 0 ? ['clients that validate'] : [])

const faultsOf = (found: Fault | readonly Fault[]): readonly Fault[] =>
  Array.isArray(found) ? found : [found as Fault]
