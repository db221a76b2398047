import assert from 'node:assert/strict'
import { join } from 'node:path'
import { path, start } from './program.ts'

/** Nothing of the person who runs the tests is read or written, no registry is asked, every port is free. */
export const settingsFor = (folder: string) => ({
  HOME: join(folder, 'home'),
  XDG_CONFIG_HOME: join(folder, 'home'),
  FASTMCP_CACHE_DIR: join(folder, 'cache'),
  FASTMCP_PORT: '0',
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
  const served = started.until(/listening on http/).then(() => started.kill('SIGTERM'))
  await Promise.race([started.exited, served.catch(() => undefined)])
  const { code } = await started.exited
  assert.equal(code, 0, `${command}\n${started.stderr}`)
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
