import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { removeFolder } from '../../scripts/remove-folder.mjs'
import { root } from '../support/program.ts'
import { nameOf, type Peer, type Published, type Repository, type Server } from './peer.ts'

const cache = process.env.FASTMCP_TEST_CACHE ?? join(root, '.cache')

/** Installs a server, or fetches it, and lays it out with a home of its own. @throws Error when it cannot be had. */
export function prepare(server: Server): Peer {
  const laid = 'package' in server ? published(server) : repository(server)
  const home = mkdtempSync(join(tmpdir(), 'fastmcp-peer-'))
  // What one start keeps serves the next; nothing of it is found by the next server.
  const env = { HOME: home, USERPROFILE: home, FASTMCP_CACHE_DIR: join(home, 'fastmcp'), ...server.env }
  const close = () => {
    laid.close()
    removeFolder(home)
  }
  return { name: nameOf(server), args: server.args ?? [], ...laid, env, close }
}

type Laid = Pick<Peer, 'folder' | 'entry' | 'modules' | 'before' | 'close'>

/** A copy beside the installed packages: it is edited as if it were a project of one's own. */
function published({ package: name, version, bin: wanted }: Published): Laid {
  const spec = `${name}@${version}`
  const modules = cachedModules(`peer-${spec.replace(/\W+/g, '-')}`, spec)
  const folder = join(dirname(modules), 'server')
  const drop = () => rmSync(folder, { recursive: true, force: true })
  drop()
  cpSync(join(modules, name), folder, { recursive: true })
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>
  }
  const entry = typeof bin === 'string' ? bin : (bin[wanted ?? ''] ?? Object.values(bin)[0] ?? '')
  return { folder, entry, modules, before: [], close: drop }
}

const npm = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--no-save']

function repository({ repository: name, commit, folder = '.', entry }: Repository): Laid {
  const place = join(cache, 'repositories', `${name.replace('/', '+')}-${commit.slice(0, 8)}`)
  const at = join(place, folder)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: place, stdio: ['ignore', 2, 2] })
  if (!existsSync(join(place, '.git', 'HEAD'))) {
    mkdirSync(place, { recursive: true })
    git('init', '-q')
    git('fetch', '-q', '--depth', '1', `https://github.com/${name}.git`, commit)
    git('checkout', '-q', 'FETCH_HEAD')
  }
  const restore = () => void git('checkout', '-q', '--', '.')
  restore()
  const modules = join(at, 'node_modules')
  if (!existsSync(modules))
    execFileSync('npm', ['install', '--omit=dev', '--workspaces=false', ...npm], {
      cwd: at,
      stdio: ['ignore', 2, 2],
    })
  return { folder: at, entry, modules, before: ['--import', import.meta.resolve('tsx')], close: restore }
}
