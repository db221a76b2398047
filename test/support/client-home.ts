import { join } from 'node:path'
import type { HostClient } from '../../src/install/host-clients.ts'
import { fastmcp, type RunOptions } from './program.ts'
import { Project } from './project.ts'

/** A home of its own for the clients, on each system's terms. */
export class Home extends Project {
  readonly options: RunOptions = {
    cwd: this.folder,
    env: {
      HOME: this.folder,
      USERPROFILE: this.folder,
      APPDATA: join(this.folder, 'AppData'),
      XDG_CONFIG_HOME: join(this.folder, '.config'),
      CODEX_HOME: undefined,
      CLAUDE_CONFIG_DIR: undefined,
    },
  }

  run(...args: string[]) {
    return fastmcp(args, this.options)
  }

  /** @param limit milliseconds. */
  runFor(limit: number, ...args: string[]) {
    return fastmcp(args, { ...this.options, limit })
  }

  /** Where a client keeps its file in this home. */
  fileOf(client: HostClient): string {
    return client.file({ platform: process.platform, home: this.folder, env: this.options.env ?? {} })
  }
}
