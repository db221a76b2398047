// Which files hold tests.
import { readdirSync } from 'node:fs'
import { join, sep } from 'node:path'

// Programs of others, which take long to install and say more about them than about a change of ours, and the cells of the
// matrix, until its lists have been filled by whole runs.
const onlyNamed = [
  'test/clients',
  'test/conformance/client-auth',
  'test/http/tracing',
  'test/loader/instrumentation',
  'test/companions/as-inspector',
  'test/login/oidc-provider',
  'test/login/secret-service',
  'test/loader/minified',
  'test/docs.test',
  'test/site/build',
  'test/site/auth-guide',
  'test/matrix/subset',
]

/**
 * The test files whose path, with the slashes of the names on every platform, holds one of the names; without any, all
 * but those that have to be named.
 */
export function testFiles(names = []) {
  return readdirSync('test', { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name).replaceAll(sep, '/'))
    .filter((file) => !file.includes('fixtures'))
    .filter((file) =>
      names.length === 0
        ? !onlyNamed.some((start) => file.startsWith(start))
        : names.some((name) => file.includes(name)),
    )
    .sort()
}

/**
 * The same files, those of the unit layer in one list, to share a process: each is over in milliseconds, of which a
 * process takes hundreds to start.
 */
export function sharing(files) {
  const units = files.filter((file) => /^test\/unit\/[^/]+\//.test(file))
  const others = files.filter((file) => !units.includes(file))
  return units.length > 1 ? [units, ...others] : files
}
