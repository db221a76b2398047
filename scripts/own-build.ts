import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../test/support/program.ts'
import { type BundleOptions, bundle } from './bundle.mjs'

/** A build of the program in a folder of its own. */
export interface OwnBuild extends Disposable {
  readonly folder: string
  readonly dist: string
  /** What Node is started with, in place of `bin/fastmcp.js`. */
  readonly program: string
}

/** @param options of the compiler, which the folder's path may be part of. */
export async function ownBuild(options: (folder: string) => BundleOptions): Promise<OwnBuild> {
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-build-'))
  const dist = join(folder, 'dist')
  mkdirSync(dist)
  for (const name of ['bin', 'package.json', 'templates'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  await bundle(dist, options(folder))
  const program = join(folder, 'bin', 'fastmcp.js')
  return { folder, dist, program, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
