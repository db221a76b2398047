// Projects that init makes: 4 templates × npm, pnpm, yarn, bun × kinds of folders. npm run test:init [-- word ...]
// Words pick cells, such as `pnpm http`; `whole` also installs, checks, tests and builds each, with managers from npm.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { managerNames } from '../src/files/package-manager.ts'
import { templateNames } from '../src/options/init-options.ts'
import { program, root, run } from '../test/support/program.ts'
import { registryWith } from '../test/support/registry.ts'
import { closingLine } from './totals.mjs'

const asked = process.argv.slice(2)
const whole = asked.includes('whole')
const words = asked.filter((word) => word !== 'whole')
/** What is in the folder before; `git` for one that is in a repository. */
const folders: Readonly<Record<string, { files: Record<string, string>; git: boolean }>> = {
  empty: { files: {}, git: false },
  'empty-git': { files: {}, git: true },
  existing: { files: { 'package.json': '{ "name": "mine" }\n', '.gitignore': '*.log\n' }, git: false },
  'existing-git': { files: { 'package.json': '{ "name": "mine" }\n' }, git: true },
}
const secrets = [
  ...['.env', '.env.local', 'src/.env', 'tokens.txt', 'sessions.db', 'sessions.db.lock'],
  ...['dist/server.js', 'node_modules/x/x.js'],
]
const harmless = ['.env.example']
const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }

/** Milliseconds of one command. */
const limit = 300_000

const place = mkdtempSync(join(tmpdir(), 'fastmcp-init-matrix-'))
execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', place], { cwd: root, stdio: 'ignore' })
const tarball = join(place, readdirSync(place).find((name) => name.endsWith('.tgz')) ?? '')
const registry = whole ? await registryWith(tarball) : undefined
const cells = Object.keys(folders).flatMap((kind) =>
  managerNames.flatMap((manager) => templateNames.map((template) => ({ kind, manager, template }))),
)
type Cell = (typeof cells)[number]
const total = { passed: 0, failed: 0, skipped: 0 }
for (const cell of cells.filter((one) => words.every((word) => Object.values(one).includes(word)))) {
  const fault = await faultOf(cell)
  console.log(
    `${fault === undefined ? '✔' : '✖'} ${Object.values(cell).join(' ')}${fault ? `: ${fault}` : ''}`,
  )
  total[fault === undefined ? 'passed' : 'failed']++
}
await registry?.[Symbol.asyncDispose]()
rmSync(place, { recursive: true, force: true })
console.log(closingLine(total))
process.exitCode = total.failed > 0 ? 1 : 0

/** What is wrong with a project; nothing when nothing is. */
async function faultOf({ kind, manager, template }: Cell): Promise<string | undefined> {
  const cwd = mkdtempSync(join(place, `${kind}-`))
  const { files, git: inGit } = folders[kind] ?? { files: {}, git: false }
  write(cwd, files)
  if (inGit) await step('git', ['init', '-q'], cwd)
  const made = [
    program,
    'init',
    '.',
    '--name',
    'app',
    '--template',
    template,
    '--pm',
    manager,
    '--yes',
    '--no-install',
  ]
  const begun = await step(process.execPath, made, cwd)
  if (begun !== undefined) return begun
  if (kind.startsWith('existing') && !inGit && existsSync(join(cwd, '.git'))) return 'git was run unasked'
  return (await leaks(cwd)) ?? (whole ? works(cwd, manager) : undefined)
}

/** What git would take of a project somebody works on. */
async function leaks(cwd: string): Promise<string | undefined> {
  write(cwd, Object.fromEntries([...secrets, ...harmless].map((path) => [path, 'x'])))
  if (!existsSync(join(cwd, '.git'))) await step('git', ['init', '-q'], cwd)
  const { stdout } = await run('git', ['add', '-n', '.'], { cwd, env: git, limit })
  const taken = [...stdout.matchAll(/^add '(.*)'$/gm)].map(([, path]) => path ?? '')
  const leaked = secrets.find((path) => taken.includes(path))
  if (leaked !== undefined) return `git takes ${leaked}`
  const lost = harmless.find((path) => !taken.includes(path))
  for (const path of [...secrets, ...harmless]) rmSync(join(cwd, path), { force: true })
  rmSync(join(cwd, 'node_modules'), { recursive: true, force: true })
  return lost === undefined ? undefined : `git leaves out ${lost}`
}

/** Installs, checks, tests and builds with the project's own package manager. */
async function works(cwd: string, manager: (typeof managerNames)[number]): Promise<string | undefined> {
  const call = (...args: string[]) =>
    manager === 'npm' ? step('npm', args, cwd) : step('npx', ['--yes', manager, ...args], cwd)
  return (
    (await call('install')) ??
    (await call('run', 'check')) ??
    (await call('run', 'test')) ??
    step(process.execPath, ['node_modules/fastmcp-cli/bin/fastmcp.js', 'build', '.'], cwd)
  )
}

function write(cwd: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
}

/** Each manager has a variable of its own for the registry. */
function registryFor(url: string) {
  return {
    npm_config_registry: url,
    pnpm_config_registry: url,
    YARN_REGISTRY: url,
    YARN_NPM_REGISTRY_SERVER: url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    BUN_CONFIG_REGISTRY: url,
    // What an earlier run has kept of the same version is another package.
    YARN_CACHE_FOLDER: join(place, 'kept-by-yarn'),
    BUN_INSTALL_CACHE_DIR: join(place, 'kept-by-bun'),
  }
}

/** Why a command has failed; nothing when it has not. */
async function step(command: string, args: readonly string[], cwd: string): Promise<string | undefined> {
  const env = {
    ...git,
    ...(registry && registryFor(registry.env.npm_config_registry)),
    CI: '1',
    NODE_TEST_CONTEXT: undefined,
  }
  const { code, stdout, stderr } = await run(command, args, { cwd, env, limit })
  if (code === 0) return undefined
  const last = (stderr || stdout).trim().split('\n').slice(-5).join(' | ')
  return `${command} ${args.join(' ')}: exit ${code} ${last}`
}
