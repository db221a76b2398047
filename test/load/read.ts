import { request } from 'node:http'
import { patience } from '../support/program.ts'

/**
 * Posts a message and reads what comes, keeping none of it, so that whoever reads costs the machine little.
 * @param enough bytes after which the connection is cut; all that come, unless it is said.
 * @returns how many bytes came.
 * @throws Error when the answer is none, or does not come.
 */
export function read(
  url: URL,
  { headers, body }: { headers: Record<string, string>; body: string },
  enough = Number.POSITIVE_INFINITY,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent: false })
    sent.setTimeout(patience, () => sent.destroy(new Error('nothing came')))
    sent.on('error', reject)
    sent.once('response', (response) => {
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length >= enough) sent.destroy()
      })
      response.once('close', () => {
        if (response.statusCode === 200) resolve(length)
        else reject(new Error(`status ${response.statusCode}`))
      })
      response.on('error', () => undefined)
    })
    sent.end(body)
  })
}
