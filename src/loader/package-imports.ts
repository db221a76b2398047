import { sep } from 'node:path'
import type { Metafile } from 'esbuild'
import { isWorthBundling } from './bundled-packages.ts'
import type { Compiled } from './compiled.ts'
import { bundledNamespace } from './own-sources.ts'

/** Which packages' modules a compiled file imports, and which of them may be bundled for the next start. */
export function packageImports(
  entry: string,
  { inputs, outputs }: Metafile,
): Pick<Compiled, 'packages' | 'wanted'> {
  const output = Object.values(outputs).find((one) => one.entryPoint !== undefined)
  const external = (output?.imports ?? []).filter((one) => one.external)
  const prefix = `${bundledNamespace}:`
  const packages = [
    ...Object.keys(inputs).flatMap((input) => (input.startsWith(prefix) ? [input.slice(prefix.length)] : [])),
    ...external.map(({ path }) => path).filter((path) => path.startsWith('file:')),
  ]
  // A required copy of a package is another one than the imported; a file that requires one may need either.
  const mixed = external.some(({ kind, path }) => kind === 'require-call' && isWorthBundling(path))
  const served = output !== undefined && !entry.includes(`${sep}node_modules${sep}`)
  return { packages, wanted: served && !mixed ? packages.filter(isWorthBundling) : [] }
}
