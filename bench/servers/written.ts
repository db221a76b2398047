import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { root } from '../../test/support/program.ts'
import type { Lab } from '../harness/lab.ts'
import { fastmcp } from './fastmcp.ts'
import { manyFiles } from './many-files.ts'
import { sdkV1 } from './sdk-v1.ts'
import { sdkV2 } from './sdk-v2.ts'

/** The servers of one file, by the name of theirs. */
const sources = { v1: sdkV1, v2: sdkV2, fastmcp }

export type Source = keyof typeof sources

/** What TypeScript is turned into for `node`, once and beforehand. */
export const compiled = (source: string): string => transformSync(source, { loader: 'ts' }).code

/** Writes a server as TypeScript, and compiled beside it. */
export function writeServer(name: Source): (lab: Lab) => void {
  return (lab) => lab.write({ [`${name}.ts`]: sources[name], [`${name}.mjs`]: compiled(sources[name]) })
}

/** A package of JavaScript, as it lies where npm has put it. */
export const published = 'node_modules/bench-server/server.js'
export function writePackage(lab: Lab): void {
  const manifest = { name: 'bench-server', version: '1.0.0', type: 'module', bin: 'server.js' }
  lab.write({
    'node_modules/bench-server/package.json': JSON.stringify(manifest),
    [published]: compiled(sdkV1),
  })
}

/** A project of so many files, in a folder of its own, and the same compiled file by file. */
export function writeProject(count: number): (lab: Lab) => void {
  return (lab) => {
    for (const [name, source] of Object.entries(manyFiles(count))) {
      lab.write({
        [`files${count}/${name}`]: source,
        [`files${count}/built/${name.replace(/\.ts$/, '.js')}`]: compiled(source),
      })
    }
  }
}

export const tsx = join(root, 'node_modules/tsx/dist/cli.mjs')
