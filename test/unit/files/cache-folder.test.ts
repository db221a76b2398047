import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { cacheLocation, isCacheFile } from '../../../src/files/cache-folder.ts'
import { table } from '../../support/table.ts'

const usual = join(homedir(), '.cache', 'fastmcp')

table('cacheLocation', cacheLocation, [
  ...(process.platform === 'win32'
    ? ([[{ LOCALAPPDATA: 'C:\\me' }, join('C:\\me', 'fastmcp', 'cache')]] as const)
    : ([
        [{}, usual],
        [{ XDG_CACHE_HOME: '/caches' }, '/caches/fastmcp'],
        [{ XDG_CACHE_HOME: 'caches' }, usual, 'a relative one does not count, as that standard says'],
        [{ XDG_CACHE_HOME: '' }, usual],
        [{ LOCALAPPDATA: '/me' }, usual],
      ] as const)),
  [{ FASTMCP_CACHE_DIR: 'here', XDG_CACHE_HOME: '/caches' }, resolve('here')],
])

const key = '0123456789abcdef01234567'

table('isCacheFile', isCacheFile, [
  [`${key}.mjs`, true],
  [`packages-${key}.mjs`, true],
  [`cli-${key}-v8.bin`, true],
  [`client-${key}-v8.bin`, true],
  [key, false],
  [`${key.toUpperCase()}.mjs`, false],
  [`other-${key}.mjs`, false],
  [`x/${key}.mjs`, false],
  ['', false],
  ['..', false],
])
