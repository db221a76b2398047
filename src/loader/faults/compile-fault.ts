import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { Message } from 'esbuild'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { codeFrame, type SourcePosition } from '../../terminal/code-frame.ts'
import { type CliError, loadError, messageOf } from '../../terminal/errors.ts'

/** Turns a compiler error into one line, a code frame and, if there is one, the remedy. */
export function compileFault(error: unknown): CliError {
  const first =
    isRecord(error) && Array.isArray(error.errors) ? (error.errors[0] as Message | undefined) : undefined
  if (!first?.location)
    return loadError(`the server file cannot be compiled: ${first?.text ?? messageOf(error)}`)
  const { file, line, column, lineText } = first.location
  return faultAt({ file: resolve(file), line, column: column + 1, lineText }, first.text)
}

/** Describes an error at a position in the user's source, with that line and the one before. */
export function faultAt(
  {
    file,
    line,
    column,
    lineText = lineOf(file, line) ?? '',
  }: Pick<SourcePosition, 'file' | 'line' | 'column'> & Partial<SourcePosition>,
  words: string,
  ...remedy: string[]
): CliError {
  const frame = codeFrame({ file, line, column, lineText, before: lineOf(file, line - 1) })
  return loadError(`${shownPath(file)}:${line}:${column}  ${words}`, ...frame, ...remedy)
}

/** The first compile error of a file and its imports, if any. */
export async function faultIn(file: string): Promise<CliError | undefined> {
  const { build } = await import('esbuild')
  const quiet = { write: false, logLevel: 'silent' } as const
  const parsed = { bundle: true, packages: 'external', platform: 'node', format: 'esm' } as const
  try {
    await build({ entryPoints: [file], ...parsed, ...quiet })
    return undefined
  } catch (error) {
    return compileFault(error)
  }
}

/** The user's working directory, even if user code changes that of the process. */
const startFolder = process.cwd()

export const shownPath = (path: string): string => {
  const near = relative(startFolder, path)
  return near.startsWith('..') ? path : near
}

function lineOf(file: string, line: number): string | undefined {
  if (line < 1) return undefined
  try {
    return readFileSync(file, 'utf8').split('\n')[line - 1]
  } catch {
    return undefined
  }
}
