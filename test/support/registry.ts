import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'
import { allowInstalls } from './limits.ts'
import { root, run } from './program.ts'

allowInstalls()

/** A package registry that holds a tarball of this repository, as if it were published. */
export interface Registry extends AsyncDisposable {
  /** What makes npm use it. */
  env: { npm_config_registry: string }
}

/** Starts the registry; for every other package it asks the one that npm is set up with. */
export async function registryWith(tarball: string): Promise<Registry> {
  const { stdout } = await run('npm', ['config', 'get', 'registry'])
  const upstream = stdout.trim().replace(/\/$/, '')
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const answer = path.startsWith('/fastmcp-cli') ? ours(path) : theirs(path, request.headers.accept)
    answer.then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      (error: unknown) => response.writeHead(502).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const ours = async (path: string): Promise<Reply> => {
    const bytes = readFileSync(tarball)
    if (path.endsWith('.tgz')) return { status: 200, type: 'application/octet-stream', body: bytes }
    const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
    const dist = { tarball: `${url}/fastmcp-cli/-/${basename(tarball)}`, integrity }
    const { name, version } = manifest
    const versions = { [version]: { ...manifest, dist } }
    const body = JSON.stringify({ name, 'dist-tags': { latest: version }, versions })
    return { status: 200, type: 'application/json', body: Buffer.from(body) }
  }

  /** Four projects ask for the same packages. */
  const asked = new Map<string, Promise<Reply>>()
  const theirs = (path: string, accept = '*/*'): Promise<Reply> => {
    const known = asked.get(path + accept) ?? passedOn(upstream + path, accept)
    asked.set(path + accept, known)
    return known
  }

  return {
    env: { npm_config_registry: `${url}/` },
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

interface Reply {
  status: number
  type: string
  body: Buffer
}

async function passedOn(url: string, accept: string): Promise<Reply> {
  const response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(60_000) })
  const type = response.headers.get('content-type') ?? 'application/octet-stream'
  return { status: response.status, type, body: Buffer.from(await response.arrayBuffer()) }
}
