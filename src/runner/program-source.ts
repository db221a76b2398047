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
  /** Its description for `--print-config`. */
  readonly shape: Readonly<Record<string, unknown>>
  /** @throws CliError (exit 3) when its only server is a program that is not found. */
  open(log: Log, limits: ExternalLimits): OpenExternal
}

/** An opened external server. */
export interface OpenExternal {
  readonly source: ServerSource
  /**
   * Starts its programs before the first client, to check that they keep running.
   * @returns resolves with a message if its single program exits at once.
   */
  startAhead(): Promise<string>
}

/** Limits of an external server. */
export interface ExternalLimits {
  /** Maximum bytes of one message from it; undefined for the default. */
  readonly maxBody: number | undefined
  /** Maximum programs that run at once. */
  readonly maxProcesses: number
}

/** One external server, with a check for immediate problems. */
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
 * The source of a program that is started for each conversation.
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

/** A program that is started for each conversation. */
export function programTarget(command: Command, origin: string): ExternalTarget {
  const label = [command.command, ...command.args].join(' ')
  return {
    label,
    destination: (parts) => new ChildDestination(label, command, parts),
    shape: { command: command.command, args: command.args, ...(command.cwd && { cwd: command.cwd }) },
    check: () => checkCommand(command, origin),
  }
}
