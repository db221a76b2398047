import type { ChildProcess } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { initialized, introduction, type Line, parsed } from './line.ts'

/** A client on a program's standard streams. */
export async function stdioLine(child: ChildProcess, modern: boolean): Promise<Line> {
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error('it has no streams')
  const line: Line = {
    onSaid: () => undefined,
    send: async (text) => {
      if (stdin.destroyed) throw new Error('it has ended')
      if (!stdin.write(`${text}\n`)) {
        await new Promise<void>((resolve) => stdin.once('drain', resolve).once('close', resolve))
      }
      return { status: undefined, said: [] }
    },
    close: async () => {
      stdin.end()
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((resolve) => child.once('exit', resolve))
    },
  }
  stdin.on('error', () => undefined)
  const decoder = new StringDecoder()
  let chunks: string[] = []
  stdout.on('data', (chunk: Buffer) => {
    const [first = '', ...more] = decoder.write(chunk).split('\n')
    chunks.push(first)
    for (const start of more) {
      const text = chunks.join('')
      chunks = [start]
      if (text !== '') line.onSaid(Object(parsed(text)))
    }
  })
  if (modern) return line
  const opened = new Promise<void>((resolve, reject) => {
    line.onSaid = ({ id }) => id === 'opening' && resolve()
    child.once('exit', () => reject(new Error('it ended')))
  })
  await line.send(introduction('opening'))
  await opened
  await line.send(initialized)
  return line
}
