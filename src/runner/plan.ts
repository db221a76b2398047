import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { readEnvFile } from '../files/env-file.ts'
import { type Entry, findEntry, parseSpec } from '../loader/find-entry.ts'
import type { FirstModule } from '../loader/first-modules.ts'
import { mayConfigureItself } from '../loader/module-hints.ts'
import { configFor, specText } from '../loader/project-config.ts'
import type { ParsedArgs } from '../options/run-arguments.ts'
import type { RunOptionName } from '../options/run-options.ts'
import {
  checkSettings,
  type Given,
  givenByEnv,
  givenByObject,
  type Levels,
  resolveSettings,
  type Settings,
} from '../options/settings.ts'
import { own, setOwn } from '../protocol/own.ts'
import type { WorkerLink } from './workers/worker-link.ts'

/** The combined result of command line, environment and `fastmcp.json`. */
export interface Plan {
  readonly entry: Entry
  readonly levels: Levels
  readonly settings: Settings
  /** Modules to load before it. */
  readonly first: readonly FirstModule[]
  /** Whether a debugger may be attached, so that there are no time limits. */
  readonly debugged?: boolean
  /** Its connection to the primary, if it is one of several processes. */
  readonly worker?: WorkerLink
  /** The arguments for the user's program. */
  readonly userArgs: readonly string[]
  /** The `fastmcp.json` that was read. */
  readonly configFile: string | undefined
}

/**
 * Decides everything that can be decided before user code is loaded.
 * @param usual the command's own defaults, which take precedence over the table's.
 * @param idle settings that have no effect in this command, whatever their origin.
 */
export function planOf(
  args: PlanArgs,
  cwd: string,
  env: NodeJS.ProcessEnv,
  usual?: Given,
  idle: readonly RunOptionName[] = [],
): Plan {
  const config = configFor(args.spec, cwd)
  const levels: Levels = { flag: args.given, env: givenByEnv(env), ...(usual && { code: usual }) }
  if (config) levels['fastmcp.json'] = givenByObject(config.options, 'config', config.file)
  for (const level of Object.values(levels)) for (const name of idle) delete level[name]
  const settings = resolveSettings(levels)
  const entry = findEntry(parseSpec(specText(args.spec, config), existsSync), cwd)
  // A port is valid without -t if the code may select HTTP itself, which is known only after loading.
  if (settings.transport.origin !== 'default' || !mayConfigureItself(entry.file)) checkSettings(settings)
  return {
    entry,
    levels,
    settings,
    // Names in a fastmcp.json are resolved relative to it.
    first: firstModules({ require: settings.require.value, import: settings.import.value }, (name) =>
      settings[name].origin === 'fastmcp.json' ? dirname(settings[name].from) : cwd,
    ),
    userArgs: args.userArgs.length > 0 ? args.userArgs : (config?.args ?? []),
    configFile: config?.file,
  }
}

/** `--require` modules come first, as in Node. */
export const firstModules = (
  named: Readonly<Record<'require' | 'import', readonly string[]>>,
  folderOf: (name: 'require' | 'import') => string,
): FirstModule[] =>
  (['require', 'import'] as const).flatMap((name) =>
    named[name].map((spec) => ({ flag: `--${name}` as const, spec, folder: folderOf(name) })),
  )

/** The command line arguments that name them. Loads nothing if there are none. */
export const firstFlags = async (first: readonly FirstModule[]): Promise<string[]> =>
  first.length === 0 ? [] : (await import('../loader/first-modules.ts')).firstWords(first)

/** The arguments after the spec that make another process load it like this plan. */
export const loadingWords = async ({ settings, first, userArgs }: Plan): Promise<string[]> => [
  ...(await firstFlags(first)),
  ...(settings.cache.value ? [] : ['--no-cache']),
  ...['--load-timeout', String(settings.loadTimeout.value), '--', ...userArgs],
]

/** The part of a command line that a plan is made from. */
export type PlanArgs = Pick<ParsedArgs, 'spec' | 'given' | 'userArgs'>

/** Sets environment variables for user code: existing ones override env files, and `--env` overrides everything. */
export function applyEnvironment(settings: Settings, cwd: string, env: NodeJS.ProcessEnv): void {
  const fromFiles = new Map<string, string>()
  for (const file of settings.envFile.value) {
    for (const [name, value] of readEnvFile(file, cwd)) fromFiles.set(name, value)
  }
  for (const [name, value] of fromFiles) if (own(env, name) === undefined) setOwn(env, name, value)
  for (const [name, value] of Object.entries(settings.env.value)) setOwn(env, name, value)
}
