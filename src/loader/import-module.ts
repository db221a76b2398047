import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadAsMain, usePlaceholderMain } from '../patches/node/main-module.ts'
import { startTypescriptChildren } from '../patches/node/typescript-children.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { codeOf } from '../terminal/errors.ts'
import type { Compiled } from './compiled.ts'
import { manifestAbove } from './manifest-above.ts'
import { runBundle } from './package-bundle.ts'
import { type PrepareOptions, prepare } from './prepare.ts'
import { enableRuntimeImports } from './runtime-imports.ts'
import { mapFrames } from './source-frames.ts'

export interface ImportOptions extends PrepareOptions {
  /** Whether the module is to believe that it is the program. */
  main: boolean
}

export type ModuleExports = Readonly<Record<string, unknown>>

/**
 * Imports a user's module and returns its exports. TypeScript and JSX are compiled first; JavaScript runs as it
 * is, unless it turns out to import what only a compiler understands.
 */
export async function importModule(file: string, options: ImportOptions): Promise<ModuleExports> {
  if (!options.main) usePlaceholderMain(file)
  if (/\.([cm]?ts|[jt]sx)$/.test(file)) return importCompiled(file, options)
  if (isCommonJs(file))
    return exportsOf(options.main ? loadAsMain(file) : createRequire(import.meta.url)(file))
  try {
    return { ...(await import(pathToFileURL(file).href)) }
  } catch (error) {
    // Linking fails before any of it has run, so that trying again cannot run anything twice.
    if (!isLinkFailure(error)) throw error
    return importCompiled(file, options).catch((second: unknown) => {
      throw second instanceof Error && 'exitCode' in second ? error : second
    })
  }
}

async function importCompiled(file: string, options: PrepareOptions): Promise<ModuleExports> {
  const compiled = await prepare(file, options)
  if (compiled.bundle) runBundle(compiled.bundle, true)
  mapFrames(compiled)
  enableRuntimeImports((one) => importModule(one, { ...options, main: false }))
  startTypescriptChildren(new URL('./run-script.js', import.meta.url))
  const exports: Record<string, unknown> = { ...(await import(addressOf(compiled))) }
  return compiled.commonjs ? exportsOf(exports.default) : exports
}

/** Packages are imported by their full addresses, so that the code may stand anywhere, or nowhere. */
const addressOf = ({ file, unkept }: Compiled): string =>
  unkept
    ? `data:text/javascript;base64,${Buffer.from(unkept.code).toString('base64')}`
    : pathToFileURL(file).href

/** `module.exports`, seen as the exports of an ES module. */
function exportsOf(value: unknown): ModuleExports {
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return { default: value }
  return 'default' in value ? value : { ...value, default: value }
}

function isCommonJs(file: string): boolean {
  const extension = extname(file)
  if (extension !== '.js') return extension === '.cjs'
  const type = manifestAbove(file)?.manifest.type
  if (type === 'module') return false
  // Without a type Node decides by the syntax, and so must we.
  return type === 'commonjs' || !/^\s*(import|export)\b[^(]/m.test(readFileSync(file, 'utf8'))
}

const isLinkFailure = (error: unknown) =>
  ['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT'].includes(
    codeOf(error) ?? '',
  )
