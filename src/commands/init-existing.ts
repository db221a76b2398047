import { renameSync, writeFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { CliError, exitCodes, messageOf, usageError } from '../errors.ts'
import { findEntry } from '../loader/find-entry.ts'
import { paint, writeError } from '../output.ts'
import { type Addition, planAddition, readManifest } from '../scaffold/add-to-project.ts'
import { templateFiles } from '../scaffold/template.ts'
import { addFiles } from '../scaffold/write-files.ts'
import { diffLines } from '../text-diff.ts'
import type { InitParts } from './init.ts'
import { finishProject } from './init-finish.ts'

/** Adds to a project what it lacks, once the person has seen it. */
export async function addToProject(folder: string, parts: InitParts): Promise<number> {
  const { values, prompts } = parts
  const template = templateFiles(values.template ?? 'basic', nameOf(folder, values.name))
  const addition = planAddition(folder, template, serverIn(folder))
  const { manifest, files } = addition
  if (manifest.before === manifest.after && files.size === 0) {
    writeError('nothing to add: scripts and configuration are there')
    return exitCodes.ok
  }
  if (manifest.before !== manifest.after) show(diffLines('package.json', manifest.before, manifest.after))
  for (const [path, text] of files) show(diffLines(path, undefined, text))
  if (prompts && !(await prompts.confirm('Write this?'))) return exitCodes.ok
  if (!prompts && !values.yes) throw usageError('nothing was written: add --yes to write this')
  write(folder, addition)
  writeError(`${paint.accent('✔')} added to ${basename(folder)}/`)
  await finishProject(folder, parts)
  return exitCodes.ok
}

const show = (lines: readonly string[]) => {
  for (const line of lines) writeError(line)
}

function write(folder: string, { manifest, files }: Addition): void {
  addFiles(folder, files)
  const file = join(folder, 'package.json')
  try {
    writeFileSync(`${file}.fastmcp`, manifest.after)
    renameSync(`${file}.fastmcp`, file)
  } catch (error) {
    throw new CliError(exitCodes.failed, `package.json cannot be written: ${messageOf(error)}`)
  }
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
