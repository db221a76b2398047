import { request } from 'node:http'
import { connect } from 'node:net'
import { patience } from './program.ts'

/** How a client sends a body: each of these is a client that exists. */
export type Sender = (url: URL, headers: Record<string, string>, body: Buffer) => Promise<number>

/** Says how long the body is, and reads the answer while it writes. */
export const announced: Sender = (url, headers, body) =>
  whole(url, { ...headers, 'content-length': String(body.length) }, (outgoing) => outgoing.end(body))

/** Says nothing of the length. */
export const chunked: Sender = (url, headers, body) =>
  whole(url, headers, (outgoing) => {
    for (let at = 0; at < body.length; at += 65_536) outgoing.write(body.subarray(at, at + 65_536))
    outgoing.end()
  })

/** The client of Node's own `fetch`. */
export const fetched: Sender = async (url, headers, body) => {
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })
  await response.text()
  return response.status
}

/** Asks before it sends, as curl does. */
export const asking: Sender = (url, headers, body) =>
  whole(url, { ...headers, expect: '100-continue', 'content-length': String(body.length) }, (outgoing) => {
    outgoing.once('continue', () => outgoing.end(body))
    outgoing.flushHeaders()
  })

/** Writes all of it before it reads a byte, as simple clients do; an answer that came meanwhile must still be there. */
export const stubborn: Sender = (url, headers, body) =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname)
    socket.setTimeout(patience, () => socket.destroy(new Error('no answer')))
    socket.on('error', reject)
    const lines = Object.entries({ ...headers, host: url.host, 'content-length': String(body.length) })
    const head = [
      `POST ${url.pathname}${url.search} HTTP/1.1`,
      ...lines.map(([name, value]) => `${name}: ${value}`),
    ]
    socket.pause()
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    socket.write(body, () => {
      socket.once('data', (data) => {
        socket.destroy()
        resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1]))
      })
      socket.resume()
    })
  })

export const senders = { announced, chunked, fetched, asking, stubborn }

function whole(
  url: URL,
  headers: Record<string, string>,
  write: (outgoing: ReturnType<typeof request>) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers, agent: false }, (incoming) => {
      incoming.on('error', reject)
      incoming.resume()
      incoming.on('end', () => resolve(incoming.statusCode ?? 0))
    })
    outgoing.setTimeout(patience, () => outgoing.destroy(new Error('no answer')))
    outgoing.on('error', reject)
    write(outgoing)
  })
}
