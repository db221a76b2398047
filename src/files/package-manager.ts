import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const managerNames = ['npm', 'pnpm', 'yarn', 'bun'] as const
export type ManagerName = (typeof managerNames)[number]

const lockfiles: Readonly<Record<string, ManagerName>> = {
  'package-lock.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
}

/** The package manager whose lock file is in or above a folder, within its repository. */
export function managerAt(folder: string): ManagerName | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const lock = Object.keys(lockfiles).find((name) => existsSync(join(at, name)))
    if (lock) return lockfiles[lock]
    if (dirname(at) === at || existsSync(join(at, '.git'))) return undefined
  }
}

/** The command that adds a package to a project. */
export const addCommand = (manager: ManagerName, name: string): string =>
  `${manager} ${manager === 'npm' ? 'i' : 'add'} ${name}`

/** The command that runs a package.json script. */
export const scriptCommand = (manager: ManagerName, script: string): string =>
  `${manager} ${isShort(manager, script) ? '' : 'run '}${script}`

/** Whether `run` can be omitted: most managers have commands of their own, such as `yarn check`. */
const isShort = (manager: ManagerName, script: string): boolean =>
  manager !== 'bun' &&
  (['test', 'start'].includes(script) || manager === 'pnpm' || (manager === 'yarn' && script === 'dev'))

/** The command that runs a program of an installed package. */
export const programCommand = (manager: ManagerName, words: string): string =>
  `${{ npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' }[manager]} ${words}`
