import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { allowInstalls } from '../support/limits.ts'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer } from '../support/login-server.ts'
import { run, start } from '../support/program.ts'
import { use } from './ways.ts'

allowInstalls()

/** The programs of a desktop's keyring on Debian, which are installed where that is allowed. */
async function installed(): Promise<boolean> {
  const has = async () =>
    (
      await run('sh', [
        '-c',
        'command -v gnome-keyring-daemon && command -v dbus-run-session && command -v gdbus',
      ])
    ).code === 0
  if (process.platform !== 'linux') return false
  if (await has()) return true
  await run(
    'apt-get',
    ['install', '-y', '--no-install-recommends', 'gnome-keyring', 'dbus', 'libglib2.0-bin'],
    {
      limit: 300_000,
    },
  ).catch(() => undefined)
  return has()
}

/** A desktop session without a desktop: a bus, and a keyring that has been opened with a password. */
const session = `
printf test | gnome-keyring-daemon --unlock --components=secrets > /dev/null
echo "bus $DBUS_SESSION_BUS_ADDRESS"
exec cat`

test('a login is sealed with a key in the Secret Service, and opened by what can reach it', async (t) => {
  if (!(await installed())) return t.skip('needs gnome-keyring and dbus-run-session')
  const modules = cachedModules('keyring-2', '@napi-rs/keyring@2')
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const folder = (name: string) => {
    mkdirSync(join(home.folder, name), { mode: 0o700 })
    return join(home.folder, name)
  }
  const own = { HOME: folder('home'), XDG_RUNTIME_DIR: folder('runtime'), XDG_DATA_HOME: '' }
  await using desktop = start('dbus-run-session', ['--', 'sh', '-c', session], { env: own })
  const [, bus = ''] = await desktop.until(/bus (\S+)/, 'stdout')
  Object.assign(home.env, own, { NODE_PATH: modules, DBUS_SESSION_BUS_ADDRESS: bus })
  const content = () => {
    const [file = ''] = home.files.filter((name) => name.endsWith('.json'))
    return readFileSync(file, 'utf8')
  }
  for (const way of ['call', 'run', 'list'] as const) await use(way, home, server.url)
  server.endTokens()
  await use('run', home, server.url)
  assert.deepEqual([home.opened.length, server.counts.refresh], [1, 1])
  assert.match(content(), /"sealed"/)
  assert.doesNotMatch(content(), /access-|refresh-/)

  const call = (...args: string[]) => run('gdbus', ['call', '--session', ...args], { env: home.env })
  const service = ['--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets']
  const locked = await call(
    ...service,
    ...['--method', 'org.freedesktop.Secret.Service.Lock', "['/org/freedesktop/secrets/collection/login']"],
  )
  assert.equal(locked.code, 0, locked.stderr)
  const shut = await home.run('call', server.url, 'greet')
  assert.equal(shut.code, 4, shut.stderr)
  assert.match(shut.stderr, /the system's keyring, which (refuses|does not answer).*FASTMCP_KEYRING=off/)
  t.diagnostic(`locked: ${shut.stderr.trim()} (${Math.round(shut.took)} ms)`)

  const away = { ...home.env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${home.folder}/none` }
  Object.assign(home.env, away)
  const far = await home.run('call', server.url, 'greet')
  assert.equal(far.code, 4, far.stderr)
  assert.match(far.stderr, /the system's keyring, which refuses.*FASTMCP_KEYRING=off/)
  t.diagnostic(`no session: ${far.stderr.trim()}`)
  const login = await home.run('login', server.url)
  assert.equal(login.code, 4, login.stderr)
  home.env.FASTMCP_KEYRING = 'off'
  await use('call', home, server.url)
  assert.match(content(), /access-/)
})
