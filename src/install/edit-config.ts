import { CliError, exitCodes } from '../terminal/errors.ts'
import type { Change } from './change.ts'
import { behindLinks, ChangedMeanwhile, type ConfigFile, readConfig } from './config-file.ts'
import { withLock } from './file-lock.ts'
import type { HostClient } from './host-clients.ts'

/** How often a change is planned anew because the client itself, which asks for no lock, has written the file. */
const attempts = 5

/**
 * Changes a client's file, while nobody else does: what is planned is planned on what the file says then.
 * @throws whatever the plan throws, and CliError (exit 1) when the file cannot be written.
 */
export async function editConfig(
  client: HostClient,
  path: string,
  plan: (file: ConfigFile) => Change,
): Promise<void> {
  const format = await client.format()
  await withLock(behindLinks(path), () => {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const file = readConfig(client, format, path)
      const change = plan(file)
      if (change.after === change.before || made(change)) return
    }
    throw new CliError(exitCodes.failed, `${client.title} keeps writing ${path}`, [
      `  close ${client.title} and try again`,
    ])
  })
}

function made(change: Change): boolean {
  try {
    change.make()
    return true
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return false
    throw error
  }
}
