import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from '../../test/support/program.ts'
import type { Lab } from '../harness/lab.ts'

/** Milliseconds that npm may take. */
const limit = 100_000

export interface Installed {
  /** Packages, our own among them. */
  packages: number
  /** Megabytes on the disk. */
  size: number
}

/** Installs the package as it would be published into an empty folder, as `npm install fastmcp-cli` does. */
export async function install(lab: Lab): Promise<Installed> {
  lab.write({ 'installed/package.json': '{}' })
  const folder = lab.path('installed')
  const npm = async (args: string[], cwd: string) => {
    const { code, stdout, stderr } = await run('npm', args, { cwd, limit })
    if (code !== 0) throw new Error(`npm ${args[0]} failed: ${stderr.slice(-300)}`)
    return stdout
  }
  const packed = await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root)
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  await npm(['install', '--no-audit', '--no-fund', join(folder, filename)], folder)
  const listed = (await npm(['ls', '--all', '--parseable'], folder)).trim().split('\n')
  // The first is the folder itself.
  return { packages: listed.length - 1, size: sizeOf(join(folder, 'node_modules')) / 1e6 }
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}
