// Builds dist/: the program, the types of the library, and the licences of what is built in.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'
import { writeClientTypes } from './client-types.mjs'
import { keepReached } from './declarations.mjs'

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('..', import.meta.url))

rmSync(`${root}dist`, { recursive: true, force: true })
const inputs = await bundle(`${root}dist`)
execFileSync(
  process.execPath,
  [join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc'), '-p', 'tsconfig.types.json'],
  {
    cwd: root,
    stdio: ['ignore', 2, 2],
  },
)
keepReached(`${root}dist/types`, 'library/public.d.ts')
ownClient(`${root}dist/types`)
writeFileSync(`${root}dist/LICENSES.txt`, licences(inputs))

/** Lets the declarations name the client that is built in. */
function ownClient(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    if (!name.endsWith('.d.ts')) continue
    const text = readFileSync(path, 'utf8')
    const up = relative(dirname(path), join(folder, 'official-client.js')).replaceAll('\\', '/')
    const own = text.replaceAll(`'@modelcontextprotocol/client'`, `'${up.startsWith('.') ? up : `./${up}`}'`)
    if (own !== text) writeFileSync(path, own)
  }
  writeClientTypes(join(folder, 'official-client.d.ts'), `${root}node_modules/@modelcontextprotocol`)
}

/** The licences of the packages that were built in, as they ask to be passed on. */
function licences(inputs) {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []))
  return [...packages].sort().map(licenceOf).join('\n')
}

function licenceOf(folder) {
  const manifest = JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'))
  const file = readdirSync(`${root}${folder}`).find((name) => /^licen[cs]e/i.test(name))
  const text = file ? readFileSync(`${root}${folder}/${file}`, 'utf8') : ''
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`
}
