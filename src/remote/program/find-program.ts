import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, delimiter, dirname, extname, join, resolve } from 'node:path'
import { shown } from '../../options/option.ts'
import { nearest } from '../../terminal/nearest.ts'
import type { Command } from './child-upstream.ts'

/** The file that the system starts for a command; `undefined` when there is none. */
export function findProgram(command: string, env: NodeJS.ProcessEnv, cwd: string): string | undefined {
  const endings = process.platform === 'win32' ? ['', ...(env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';')] : ['']
  const stems = /[/\\]/.test(command)
    ? [resolve(cwd, command)]
    : programFolders(env).map((folder) => join(resolve(cwd, folder), command))
  return stems.flatMap((stem) => endings.map((ending) => stem + ending)).find(isProgram)
}

/** Why a command cannot be started: one line, with the remedy if known. */
export function commandFault({ command, args, env, cwd = process.cwd() }: Command): string | undefined {
  if (!existsSync(cwd)) return `folder not found: ${shown(cwd)}, to start ${shown(command)} in`
  if (findProgram(command, env, cwd) !== undefined) return undefined
  const name = shown(command)
  if (command.startsWith('~')) return `~ is not expanded: ${shown(inHome(command))}`
  if (/^[A-Za-z_]\w*=/.test(command)) return `${name} is not a program; variables go into --env ${name}`
  if (shellWords.includes(command)) return `${command} is a word of the shell: --exec "sh -c '${command} …'"`
  const file = resolve(cwd, command)
  if (existsSync(file)) return unstartable(name, file)
  const whole = wholePath(command, args, cwd)
  if (whole !== undefined) return `program not found: ${name}; quote a path with spaces: '${shown(whole)}'`
  const near = nearest(basename(command), neighbours(command, env, cwd))
  const meant = near && command.slice(0, command.length - basename(command).length) + near
  return `program not found: ${name}${meant ? `. Did you mean ${meant}?` : ''}`
}

/** Expands `~` as a shell does. */
export const inHome = (word: string): string => word.replace(/^~(?=\/|$)/, homedir())

/** Whether there is an executable file. */
function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** The folders in PATH. */
function programFolders(env: NodeJS.ProcessEnv): string[] {
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return (env[name] ?? '').split(delimiter).filter((folder) => folder !== '')
}

const shellWords = ['cd', 'source', '.', 'export', 'eval', 'exec', 'set', 'ulimit', 'if', 'for']

/** A file that exists but cannot be started. */
function unstartable(name: string, file: string): string {
  if (statSync(file).isDirectory()) return `${name} is a folder, and no program`
  const path = /[/\\]/.test(name) ? name : `./${name}`
  if (isProgram(file)) return `program not found: ${name}. Did you mean ${path}?`
  const interpreter = interpreters[extname(file).toLowerCase()]
  return `${path} cannot be run by itself${interpreter ? `: ${interpreter} ${path}` : ': it is not executable'}`
}

const interpreters: Record<string, string> = {
  '.py': 'python3',
  '.js': 'node',
  '.mjs': 'node',
  '.cjs': 'node',
  '.sh': 'sh',
  '.rb': 'ruby',
  '.jar': 'java -jar',
  '.php': 'php',
  '.pl': 'perl',
}

/** An unquoted path with spaces is split into several words. */
function wholePath(command: string, args: readonly string[], cwd: string): string | undefined {
  let path = command
  for (const word of args.slice(0, 8)) {
    path += ` ${word}`
    if (existsSync(resolve(cwd, path))) return path
  }
  return undefined
}

/** Suggestions for a misspelled name. */
function neighbours(command: string, env: NodeJS.ProcessEnv, cwd: string): string[] {
  const folders = /[/\\]/.test(command) ? [dirname(resolve(cwd, command))] : programFolders(env)
  return folders.flatMap((folder) => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  })
}
