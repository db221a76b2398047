import type { ManagerName } from '../files/package-manager.ts'

/** How a script of package.json is run. */
export const scriptCommand = (manager: ManagerName, script: string): string =>
  `${manager} ${isShort(manager, script) ? '' : 'run '}${script}`

/** Whether the script's name alone is enough: all but pnpm have commands of their own, such as `yarn check`. */
const isShort = (manager: ManagerName, script: string): boolean =>
  manager !== 'bun' &&
  (['test', 'start'].includes(script) || manager === 'pnpm' || (manager === 'yarn' && script === 'dev'))

/** How a program of an installed package is run. */
export const programCommand = (manager: ManagerName, words: string): string =>
  `${{ npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' }[manager]} ${words}`
