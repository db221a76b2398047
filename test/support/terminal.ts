import { spawn, spawnSync } from 'node:child_process'
import { path, program, type RunOptions, root, Started } from './program.ts'

/** Why nothing can be tested at a terminal here; `false` when `script` of util-linux can make one. */
export const noTerminal =
  !spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') &&
  'there is no `script` of util-linux, which makes a terminal'

/** The program at a real terminal, which is its stdin, stdout and stderr; what it prints is on `stdout`. */
export class AtTerminal extends Started {
  /** Everything printed so far, with line breaks as programs write them. */
  get screen(): string {
    return this.stdout.replaceAll('\r\n', '\n')
  }

  press(keys: string): void {
    this.child.stdin?.write(keys)
  }
}

/** Starts the program at a terminal of 120 columns; one that says nothing of its size counts as having none. */
export function atTerminal(
  args: readonly string[],
  { cwd = root, env, columns = 120 }: RunOptions & { columns?: number } = {},
): AtTerminal {
  const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  const { PORT: _port, HOST: _host, ...inherited } = process.env
  const child = spawn(
    'script',
    [
      '--quiet',
      '--return',
      '--command',
      `stty cols ${columns} rows 40; exec ${words.join(' ')}`,
      '/dev/null',
    ],
    {
      cwd,
      env: { ...inherited, PATH: path, TERM: 'xterm', SHELL: '/bin/sh', ...env } as NodeJS.ProcessEnv,
      stdio: 'pipe',
    },
  )
  return new AtTerminal(child)
}
