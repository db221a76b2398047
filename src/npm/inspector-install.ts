import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { listTree, replaceTree } from '../files/installed-tree.ts'
import { makeFolder } from '../files/make-folder.ts'
import { tellingLines } from './npm-errors.ts'

/** Milliseconds that an installation may take. */
const installLimit = 5 * 60_000

/** Installs beside its place first, so that what is there is always whole. */
export async function install(spec: string, home: string, signal: AbortSignal): Promise<void> {
  const temporary = join(dirname(home), `.${basename(home)}.${process.pid}`)
  rmSync(temporary, { recursive: true, force: true })
  makeFolder(temporary, 0o700)
  try {
    await npm(['install', '--prefix', temporary, spec, '--no-audit', '--no-fund', '--ignore-scripts'], signal)
    listTree(temporary)
    replaceTree(temporary, home)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** @returns what it printed on stdout. */
export function npm(args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    // On Windows npm is a script for the shell; none of these arguments comes from outside but the version.
    const child: ChildProcess = spawn('npm', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      timeout: installLimit,
      signal,
    })
    let [answer, words] = ['', '']
    child.stdout?.on('data', (chunk: Buffer) => {
      answer += chunk
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk
    })
    child.once('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)))
    child.once('close', (code) => {
      if (code === 0) return resolve(answer)
      const [why] = tellingLines(words)
      const reason = why === undefined ? '' : `: ${why.slice(0, 120)}`
      reject(
        new Error(`npm could not install it${reason}. To have it: npm i -D @modelcontextprotocol/inspector`),
      )
    })
  })
}
