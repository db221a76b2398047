import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readObject } from '../loader/package-entry.ts'
import { packageOf } from '../loader/packages/package-bundle.ts'
import { isRecord } from '../protocol/jsonrpc.ts'

/** A package that cannot be part of a bundle. */
export interface LeftOut {
  readonly name: string
  readonly version: string
  readonly folder: string
  /** Why, in words that follow "because it". */
  readonly why: string
  /** Whether the server does without it: whoever imports it says so. */
  readonly optional: boolean
}

/** A package by the folder that it is installed in. */
export interface Home {
  readonly name: string
  readonly folder: string
}

/** What only builds or finds native code. */
const builders =
  /^(?:bindings|node-gyp-build(?:-optional-packages)?|prebuild-install|prebuildify|node-pre-gyp|@mapbox\/node-pre-gyp|node-addon-api|node-gyp)$/
const forPlatforms = /(?:^|[-/@])(?:linux|darwin|win32)(?:32|64)?[-_](?:x64|arm64|arm|ia32|x86_64|aarch64)/

/** Why a package cannot be part of a bundle, as far as its own folder tells. */
export function nativeReason({ folder, name }: Home): string | undefined {
  const manifest = readObject(join(folder, 'package.json')) ?? {}
  const named = (key: string) => (isRecord(manifest[key]) ? Object.keys(manifest[key]) : [])
  const native =
    manifest.gypfile === true ||
    isRecord(manifest.binary) ||
    named('dependencies').some((one) => builders.test(one)) ||
    named('optionalDependencies').some((one) => forPlatforms.test(one)) ||
    forPlatforms.test(name)
  return native || holdsNative(folder, 4) ? 'holds native code' : undefined
}

const places =
  /^(?:build|Release|Debug|prebuilds?|bin|lib|dist|native|bindings?|addon|.*(?:linux|darwin|win32).*)$/

function holdsNative(folder: string, depth: number): boolean {
  try {
    return readdirSync(folder, { withFileTypes: true }).some((one) =>
      one.isDirectory()
        ? depth > 1 && places.test(one.name) && holdsNative(join(folder, one.name), depth - 1)
        : one.name.endsWith('.node'),
    )
  } catch {
    return false
  }
}

/** What reads a package's own files by names that no compiler sees, in code of a package. */
const reaching: readonly (readonly [RegExp, string])[] = [
  [
    /\brequire\s*\((?!\s*(?:'[^'\n]*'|"[^"\n]*")\s*\))[^\n;,=]{0,60}?__dirname\b|\brequire\s*\(\s*(?:`\.{1,2}\/[^`]*\$\{|'\.{1,2}\/[^'\n]*'\s*\+|"\.{1,2}\/[^"\n]*"\s*\+)/,
    'requires files of its own by computed names',
  ],
  [
    /\bimport\s*\(\s*(?:(?:[\w$]+\.)?(?:join|resolve)\s*\(\s*__dirname\b|new\s+URL\s*\([^)]*import\.meta\.url)/,
    'imports files of its own by computed names',
  ],
  [
    /\breadFileSync\s*\(\s*(?:(?:[\w$]+\.)?(?:join|resolve)\s*\(\s*)?__dirname\b|\breadFileSync\s*\(\s*new\s+URL\s*\([^)]*import\.meta\.url/,
    'reads files of its own',
  ],
  [
    /\.wasm\b[\s\S]{0,200}(?:__dirname|import\.meta\.url)|(?:__dirname|import\.meta\.url)[\s\S]{0,200}\.wasm\b/,
    'reads files of its own',
  ],
]

/** Why the package of a file cannot be part of a bundle, by the text of the file. */
export const reachingReason = (text: string): string | undefined =>
  /__dirname|import\.meta\.url|require\s*\(\s*[`'"]\.{1,2}\//.test(text)
    ? reaching.find(([pattern]) => pattern.test(text))?.[1]
    : undefined

/** Whether the package of a file can do without another one, as its package.json has it. */
export function isOptionalFor(importer: string, name: string): boolean {
  const home = packageOf(importer)
  const manifest = home && readObject(join(home.folder, 'package.json'))
  if (!manifest) return false
  const { optionalDependencies, peerDependenciesMeta } = manifest
  const meta = isRecord(peerDependenciesMeta) ? peerDependenciesMeta[name] : undefined
  return (
    (isRecord(optionalDependencies) && name in optionalDependencies) ||
    (isRecord(meta) && meta.optional === true)
  )
}

/** The version of an installed package. */
export const versionOf = ({ folder }: Home): string => {
  const version = readObject(join(folder, 'package.json'))?.version
  return typeof version === 'string' ? version : 'latest'
}

/** Whether only `import` reaches a package. */
export function isModuleOnly({ folder }: Home): boolean {
  const { type, exports, main } = readObject(join(folder, 'package.json')) ?? {}
  if (type !== 'module') return false
  return !JSON.stringify(exports ?? '').includes('"require"') && !String(main).endsWith('.cjs')
}

/** The packages to which pino hands its lines in a thread, as a source names them: pino finds them by name, and itself by path. */
export function transportsIn(text: string): string[] {
  if (!/\btransport\b/.test(text) || !/\btarget\s*:\s*['"`]/.test(text)) return []
  if (!/pino|fastify/i.test(text)) return []
  const targets = [...text.matchAll(/\btarget\s*:\s*(['"`])([\w@/.-]+)\1/g)].map(([, , name = '']) => name)
  return ['pino', ...targets.filter((name) => !/^[./]/.test(name) && !name.startsWith('pino/'))]
}

export const textOf = (path: string): string => readFileSync(path, 'utf8')
