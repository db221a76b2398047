import { shown } from '../options/option.ts'
import type { ServerSource } from '../protocol/source.ts'
import { gatewaySource } from '../remote/gateway-source.ts'
import { ChildDestination } from '../remote/program/child-destination.ts'
import type { ChildParts, Command } from '../remote/program/child-upstream.ts'
import { checkCommand } from '../remote/program/exec-command.ts'
import { ProgramSlots } from '../remote/program/program-slots.ts'
import { Reaper } from '../remote/program/reaper.ts'
import type { Destination } from '../remote/upstream.ts'
import type { Log } from '../serve/serve-options.ts'
import { lineLimit } from '../transports/stdio-lines.ts'

/** A server that runs elsewhere: a program behind `--exec`, a URL, the servers of an `mcp.json`. */
export interface ExternalServer {
  readonly label: string
  /** What it is, as `--print-config` shows it. */
  readonly shape: Readonly<Record<string, unknown>>
  /** @throws CliError (exit 3) when a program that is the only server is not there. */
  open(log: Log, limits: ExternalLimits): OpenExternal
}

/** An external server that is served. */
export interface OpenExternal {
  readonly source: ServerSource
  /**
   * Starts its programs before there is a client, to see that they stay.
   * @returns resolves when the one program that it is has ended at once, with words that say how.
   */
  startAhead(): Promise<string>
}

/** How much an external server may take. */
export interface ExternalLimits {
  /** Bytes of one message from it, unless they are the usual ones. */
  readonly maxBody: number | undefined
  /** Programs that run at once. */
  readonly maxProcesses: number
}

/** One external server, and what is wrong with it, if that can be known at once. */
export interface ExternalTarget {
  readonly label: string
  destination(parts: ChildParts): Destination
  readonly shape: ExternalServer['shape']
  check(): void
}

/** A single external server. */
export const one = ({ label, destination, shape, check }: ExternalTarget): ExternalServer => ({
  label,
  shape,
  open: (log, limits) => {
    check()
    const parts = partsFor(log, limits)
    const to = destination(parts)
    const startAhead = () =>
      new Promise<string>((resolve) => void to.startAhead?.((how) => resolve(`${label} ${how}`)))
    return { source: gatewaySource(to, log, parts.slots), startAhead }
  },
})

/**
 * The source of a program that is started again for each conversation.
 * @throws CliError (exit 3) when the program is not found.
 */
export const programSource = (command: Command, log: Log, limits: ExternalLimits): ServerSource =>
  one(programTarget(command, shown(command.command))).open(log, limits).source

/** What all programs of one server share. */
export const partsFor = (log: Log, { maxBody = lineLimit, maxProcesses }: ExternalLimits): ChildParts => ({
  maxMessage: maxBody,
  slots: new ProgramSlots(maxProcesses),
  reaper: new Reaper(new URL('./reaper.js', import.meta.url), log),
  log,
})

/** A program that is started again for each conversation. */
export function programTarget(command: Command, origin: string): ExternalTarget {
  const label = [command.command, ...command.args].join(' ')
  return {
    label,
    destination: (parts) => new ChildDestination(label, command, parts),
    shape: { command: command.command, args: command.args, ...(command.cwd && { cwd: command.cwd }) },
    check: () => checkCommand(command, origin),
  }
}
