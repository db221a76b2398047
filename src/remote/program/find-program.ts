import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

/** Whether there is a file that the system would start. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** The folders in which a program without a path is looked for. */
export function programFolders(env: NodeJS.ProcessEnv): string[] {
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return (env[name] ?? '').split(delimiter).filter((folder) => folder !== '')
}

/** The file that the system starts for a command; `undefined` when there is none. */
export function findProgram(command: string, env: NodeJS.ProcessEnv, cwd: string): string | undefined {
  const endings = process.platform === 'win32' ? ['', ...(env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';')] : ['']
  const places = /[/\\]/.test(command)
    ? [resolve(cwd, command)]
    : programFolders(env).map((folder) => join(resolve(cwd, folder), command))
  return places.flatMap((place) => endings.map((ending) => place + ending)).find(isProgram)
}
