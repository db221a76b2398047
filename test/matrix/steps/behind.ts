import { program } from '../../support/program.ts'
import type { Cell } from '../cell.ts'
import type { Kind, Person } from '../person.ts'

/** Clients of the server as a program that another one of ours starts. */
export async function behindExec(cell: Cell): Promise<Person[]> {
  const words = [process.execPath, ...onStdio(cell)].map(quoted).join(' ')
  return connected(cell, ['--exec', words])
}

/** Clients of the server, served on HTTP, through another one of ours that is told its URL. */
export async function behindUrl(cell: Cell): Promise<Person[]> {
  const url = await cell.serve(['run', ...cell.words, '-t', 'http'])
  return connected(cell, [url.href])
}

/** Clients of the server as it stands in the file of one. */
export async function inMcpJson(cell: Cell): Promise<Person[]> {
  const entry = { command: process.execPath, args: onStdio(cell) }
  cell.project.write('clients.json', JSON.stringify({ mcpServers: { matrix: entry } }))
  return connected(cell, ['clients.json'])
}

/** What a person types for a program that is to be a server on stdio, whatever its file would be by itself. */
const onStdio = ({ words, tail }: Cell) => [program, 'run', ...words, '-t', 'stdio', ...tail]

/** Behind a gateway each session starts a program, as each client does on stdio: one of each era is enough. */
async function connected(cell: Cell, words: readonly string[]): Promise<Person[]> {
  const url = await cell.serve(['run', ...words, '-t', 'http'])
  const kinds: readonly Kind[] = cell.shape.alone ? ['v1'] : ['v1', 'modern']
  return cell.connectAll(kinds, { http: url })
}

const quoted = (word: string) => (/^[\w./:@=-]+$/.test(word) ? word : `'${word}'`)
