import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext } from 'node:tls'
import { readFault } from '../files/read-fault.ts'
import { codeOf, messageOf, usageError } from '../terminal/errors.ts'
import type { Secure } from '../transports/http/listener.ts'
import type { Log } from './serve-options.ts'

interface Paths {
  readonly cert: string
  readonly key: string
}

/** Polling interval in milliseconds; a change applies once both files were the same at two polls. */
const interval = 1_000
/** Milliseconds that the TLS handshake may take. */
const handshakeTimeout = 15_000
/** Maximum size of a file in bytes. */
const maxBytes = 2 ** 20

/**
 * A certificate and its key as they are on disk. When both have changed and are stable, new connections get the new
 * pair; if it is invalid, the previous one stays and a log line says why. Polling also detects changes by a symlinked
 * parent folder, as with Kubernetes secrets.
 */
export class TlsPair implements Secure {
  readonly #paths: Paths
  readonly #log: Log
  readonly #servers = new Set<Server>()
  readonly #sockets = new Set<Socket>()
  readonly #timer: NodeJS.Timeout
  #pair: { cert: string; key: string }
  #stamp: string
  #seen: string | undefined

  /** @throws CliError (exit 2) when a file cannot be read, or the two do not match. */
  constructor(paths: Paths, log: Log) {
    this.#paths = paths
    this.#log = log
    this.#stamp = stampOf(paths)
    try {
      this.#pair = readPair(paths)
    } catch (error) {
      throw usageError(messageOf(error))
    }
    this.#timer = setInterval(() => this.#poll(), interval).unref()
  }

  server(...[options, handler]: Parameters<Secure['server']>): Server {
    const server = createServer({ ...options, ...this.#pair, handshakeTimeout }, handler)
    this.#servers.add(server)
    return server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  close(): void {
    clearInterval(this.#timer)
    for (const socket of this.#sockets) socket.destroy()
  }

  #poll(): void {
    const stamp = stampOf(this.#paths)
    const settled = stamp === this.#seen
    this.#seen = stamp
    if (!settled || stamp === this.#stamp) return
    this.#stamp = stamp
    try {
      this.#pair = readPair(this.#paths)
      for (const server of this.#servers) server.setSecureContext(this.#pair)
      this.#log('info', '--tls-cert: the new certificate is served from now on')
    } catch (error) {
      this.#log('error', `${messageOf(error)}. The certificate that was read before is served.`)
    }
  }
}

/** @throws Error that names the file and what is wrong with it. */
function readPair({ cert, key }: Paths): { cert: string; key: string } {
  const pair = {
    cert: read('--tls-cert', cert, (text) => new X509Certificate(text)),
    key: read('--tls-key', key, (text) => createPrivateKey(text)),
  }
  if (!new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key)))
    throw new Error(`--tls-key ${key}: it is not the key of the certificate`)
  try {
    createSecureContext(pair)
  } catch (error) {
    throw new Error(`--tls-cert ${cert}: it cannot be used (${codeOf(error) ?? 'unknown'})`)
  }
  return pair
}

/** Errors never quote the content, which may be the key. */
function read(flag: string, path: string, check: (text: string) => unknown): string {
  try {
    const found = statSync(path)
    if (!found.isFile()) throw new Error('it is not a regular file')
    if (found.size > maxBytes) throw new Error('it is larger than 1 MB')
    const text = readFileSync(path, 'utf8')
    checked(text, check)
    return text
  } catch (error) {
    throw new Error(`${flag} ${path}: ${readFault(error)}`)
  }
}

function checked(text: string, check: (text: string) => unknown): void {
  try {
    check(text)
  } catch (error) {
    if (codeOf(error) === 'ERR_MISSING_PASSPHRASE')
      throw new Error('it has a passphrase; fastmcp takes a key without one')
    throw new Error('it is not in PEM')
  }
}

/** Identifies one state of both files. */
const stampOf = ({ cert, key }: Paths): string => [cert, key].map(stateOf).join('\n')

function stateOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch (error) {
    return codeOf(error) ?? 'unknown'
  }
}
