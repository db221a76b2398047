import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ManagerName, programCommand, scriptCommand } from '../files/package-manager.ts'

/** What a package manager needs beside package.json, by its path in the project. */
const ownFiles: Readonly<Record<ManagerName, Readonly<Record<string, string>>>> = {
  npm: {},
  pnpm: {
    'pnpm-workspace.yaml': `# esbuild's own program is put in place by a script, which pnpm runs only with approval.
# The first list is for pnpm 10, the second for what came after it.
packages:
  - .
onlyBuiltDependencies:
  - esbuild
allowBuilds:
  esbuild: true
`,
  },
  // Without it newer ones keep packages in archives, where clients of the server do not find its program.
  yarn: { '.yarnrc.yml': 'nodeLinker: node-modules\n' },
  bun: {},
}

/** How a container installs the dependencies: the files that say which, and the command. */
const containers: Readonly<Record<ManagerName, readonly string[]>> = {
  npm: ['COPY package.json package-lock.json* ./', 'RUN npm install --omit=dev --no-audit --no-fund'],
  pnpm: [
    'RUN npm install --global --no-audit --no-fund pnpm',
    'COPY package.json pnpm-lock.yaml* pnpm-workspace.yaml ./',
    'RUN pnpm install --prod',
  ],
  yarn: ['COPY package.json yarn.lock* .yarnrc.yml ./', 'RUN corepack enable && yarn install'],
  bun: [
    'RUN npm install --global --no-audit --no-fund bun',
    'COPY package.json bun.lock* ./',
    'RUN bun install --production',
  ],
}

/**
 * The files of a template as they are for a package manager: with its own, its commands, and its lock file.
 * @param folder of the project; what a folder above says for all projects below it is not said again.
 */
export function forManager(
  files: ReadonlyMap<string, string>,
  manager: ManagerName,
  folder: string,
): Map<string, string> {
  const changed = new Map(
    [...files].map(([path, text]) => [path, (changes[path] ?? asItIs)(text, manager)] as const),
  )
  const own = Object.entries(ownFiles[manager]).filter(([path]) => !saidAbove(path, folder))
  return new Map([...changed, ...own])
}

function saidAbove(path: string, folder: string): boolean {
  const above = dirname(folder)
  return above !== folder && (existsSync(join(above, path)) || saidAbove(path, above))
}

const asItIs = (text: string) => text

const changes: Readonly<Record<string, (text: string, manager: ManagerName) => string>> = {
  'README.md': (text, manager) =>
    text
      .split('\n')
      .map((line) => withCommands(line, manager))
      .join('\n'),
  Dockerfile: (text, manager) => text.replace(containers.npm.join('\n'), containers[manager].join('\n')),
}

/** A line of a README; what stands beside a command stays in its column. */
function withCommands(line: string, manager: ManagerName): string {
  const [, indent = '', command, gap = '', rest = ''] = /^( {4})(\S.*?)( {2,})(\S.*)$/.exec(line) ?? []
  if (command === undefined) return commandsIn(line, manager)
  return `${indent}${commandsIn(command, manager).padEnd(command.length + gap.length - 1)} ${rest}`
}

const commandsIn = (text: string, manager: ManagerName) =>
  text
    .replace(/\bnpm (?:run )?(dev|test|start|check|inspect)\b/g, (_, script: string) =>
      scriptCommand(manager, script),
    )
    .replace(/\bnpx (?=fastmcp )/g, () => programCommand(manager, ''))
