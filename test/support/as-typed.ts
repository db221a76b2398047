import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type Outcome, path, type Started, start } from './program.ts'

type Ended = Pick<Outcome, 'code' | 'signal'>

/** Nothing of the person who runs the tests is read or written, no registry is asked, every port is free. */
export const settingsFor = (folder: string) => ({
  HOME: join(folder, 'home'),
  XDG_CONFIG_HOME: join(folder, 'home'),
  FASTMCP_CACHE_DIR: join(folder, 'cache'),
  FASTMCP_PORT: '0',
  // What is tested is whether a command is right, however busy the machine is.
  FASTMCP_LOAD_TIMEOUT: '300',
  npm_config_offline: 'true',
  CI: '1',
  PATH: path,
})

/** Runs a command as a shell does when it is typed; one that serves is stopped once it does. */
export async function asTyped(command: string, folder: string, env: Record<string, string> = {}) {
  const typed = command.replace(/ -p 9000\b/, ' -p 0')
  const options = { cwd: folder, env: { ...settingsFor(folder), ...env } }
  await using started = start('/bin/sh', ['-c', `exec ${typed}`], options)
  started.child.stdin?.end()
  const { code } = await endedOrStopped(started, /listening on http/)
  assert.equal(code, 0, `${command}\n${started.stderr}`)
}

/** How a program ends, which is told to stop once it says that it serves, however long that takes. */
export async function endedOrStopped(started: Started, serving: RegExp): Promise<Ended> {
  const ended = () => started.child.exitCode !== null || started.child.signalCode !== null
  const stopOnceServing = async () => {
    while (!ended()) {
      const served = await started.until(serving).catch(() => undefined)
      if (!served) continue
      started.kill('SIGTERM')
      return
    }
  }
  await Promise.race([started.exited, stopOnceServing()])
  return started.exited
}

/** Every command in a text that the program has printed, but for those with a gap to be filled. */
export const commandsIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?<= |^)fastmcp (?:--help|discover|[a-z]+ .*?)(?= {2,}|\r?$|\?| lists all| prints one)/gm,
    ),
  ]
    .map(([command]) => command)
    .filter((command) => !command.includes('<'))
