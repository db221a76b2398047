import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ManagerName, managerNames } from '../options/init-options.ts'

const lockfiles: Record<string, ManagerName> = {
  'package-lock.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
}

/** The package manager to use: the one whose lockfile stands in or above the folder, or that runs this. */
export function detectManager(folder: string, env: NodeJS.ProcessEnv): ManagerName {
  for (let at = folder; ; at = dirname(at)) {
    const lock = Object.keys(lockfiles).find((name) => existsSync(join(at, name)))
    if (lock) return lockfiles[lock] ?? 'npm'
    if (dirname(at) === at || existsSync(join(at, '.git'))) break
  }
  const agent = env.npm_config_user_agent ?? ''
  return managerNames.find((name) => agent.startsWith(`${name}/`)) ?? 'npm'
}

/** How a script of package.json is run. */
export const scriptCommand = (manager: ManagerName, script: string): string =>
  manager === 'npm' && !['test', 'start'].includes(script)
    ? `npm run ${script}`
    : `${manager} ${manager === 'bun' ? 'run ' : ''}${script}`

/** How a program of an installed package is run. */
export const programCommand = (manager: ManagerName, words: string): string =>
  `${{ npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' }[manager]} ${words}`
