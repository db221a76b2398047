import { basename, relative, sep } from 'node:path'
import { findEntry } from '../loader/find-entry.ts'
import { exitCodes, usageError } from '../terminal/errors.ts'
import { paint, writeError } from '../terminal/output.ts'
import { diffLines } from '../terminal/text-diff.ts'
import { planAddition, readManifest } from './add-to-project.ts'
import { finishProject, type InitParts } from './init-finish.ts'
import { catchStopSignals } from './stop-request.ts'
import { templateFiles } from './template.ts'
import { addFiles } from './write-files.ts'

/** Adds to a project what it lacks, once the person has seen it. */
export async function addToProject(
  folder: string,
  parts: Omit<InitParts, 'signal' | 'fresh'>,
): Promise<number> {
  const { values, prompts } = parts
  const template = templateFiles(values.template ?? 'basic', nameOf(folder, values.name))
  const { changes, files } = planAddition(folder, template, serverIn(folder))
  if (changes.size === 0 && files.size === 0) {
    writeError('nothing to add: scripts and configuration are there')
    return exitCodes.ok
  }
  for (const [path, { before, after }] of changes) show(diffLines(path, before, after))
  for (const [path, text] of files) show(diffLines(path, undefined, text))
  if (prompts && !(await prompts.confirm('Write this?'))) return exitCodes.ok
  if (!prompts && !values.yes) throw usageError('nothing was written: add --yes to write this')
  using stop = catchStopSignals()
  addFiles(folder, files, new Map([...changes].map(([path, { after }]) => [path, after])))
  writeError(`${paint.accent('✔')} added to ${basename(folder)}/`)
  await finishProject(folder, { ...parts, fresh: false, signal: stop.signal })
  return exitCodes.ok
}

const show = (lines: readonly string[]) => {
  for (const line of lines) writeError(line)
}

/** The project's own server file, relative to it and with `/`, if it has one. */
function serverIn(folder: string): string | undefined {
  try {
    return relative(folder, findEntry({ target: folder, exportName: undefined }, folder).file).replaceAll(
      sep,
      '/',
    )
  } catch {
    return undefined
  }
}

/** A name that is safe in every file: an existing project need not follow npm's rules. */
function nameOf(folder: string, given: string | undefined): string {
  const { name } = readManifest(folder).manifest
  const own = typeof name === 'string' ? name : basename(folder)
  return (given ?? own).replace(/^@[^/]*\//, '').replace(/[^\w.-]/g, '-') || 'server'
}
