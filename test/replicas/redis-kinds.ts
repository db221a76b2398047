import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { freePort } from '../support/free-port.ts'
import { patience, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { redisProgram } from '../support/redis-program.ts'
import { RedisServer } from '../support/redis-server.ts'

/** What replicas are told of a Redis. */
export interface RedisKind extends AsyncDisposable {
  readonly url: string
  readonly env?: Record<string, string>
  /** Kills the server that has what is kept; another takes its place. */
  failOver?(): Promise<void>
}

/** One that is spoken to by TLS alone, with a certificate that was made for it. */
export async function withTls(): Promise<RedisKind> {
  const project = new Project({})
  const [key, certificate] = [project.path('key.pem'), project.path('certificate.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...made, ...subject, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  })
  const port = await freePort()
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate]
  const server = await RedisServer.start('--tls-port', `${port}`, '--tls-auth-clients', 'no', ...files)
  return {
    url: `rediss://127.0.0.1:${port}`,
    env: { NODE_EXTRA_CA_CERTS: certificate },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      project[Symbol.dispose]()
    },
  }
}

/** One whose user may do what the documentation says, and nothing else. */
export async function withUser(rules: readonly string[]): Promise<RedisKind> {
  const server = await RedisServer.start()
  await server.client.call('ACL', 'SETUSER', ...rules.map((rule) => rule.replace('>…', '>a-word')))
  return {
    url: server.url.replace('//', '//fastmcp:a-word@'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** A primary, its replica, and a sentinel that watches them. */
export async function withSentinel(): Promise<RedisKind> {
  const project = new Project({})
  // What is copied is written to a file, which no other Redis is to read.
  const primary = await RedisServer.start('--dir', project.folder)
  const replica = await RedisServer.start(
    '--dir',
    project.folder,
    '--replicaof',
    '127.0.0.1',
    `${primary.port}`,
  )
  const port = await freePort()
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `monitor main 127.0.0.1 ${primary.port} 1`,
    'down-after-milliseconds main 1000',
    'failover-timeout main 3000',
  ].map((line) => (line.includes('main') ? `sentinel ${line}` : line))
  const path = project.path('sentinel.conf')
  writeFileSync(path, lines.join('\n'))
  const program = redisProgram()
  const sentinel = start(program?.path ?? '', [path, '--sentinel'], { env: program?.env ?? {} })
  await sentinel.until(/\+slave slave/, 'stdout')
  await synced(replica.client)
  return {
    url: `redis+sentinel://127.0.0.1:${port}/main`,
    failOver: () => primary.kill(),
    [Symbol.asyncDispose]: async () => {
      for (const one of [sentinel, replica, primary]) await one[Symbol.asyncDispose]()
      project[Symbol.dispose]()
    },
  }
}

const synced = (replica: Redis) =>
  until(async () => (await replica.info('replication')).includes('master_link_status:up'))

/** Three primaries, each of which has a third of all slots. */
export async function withCluster(): Promise<RedisKind> {
  const project = new Project({})
  const nodes: RedisServer[] = []
  for (const at of [0, 1, 2]) {
    const file = project.path(`nodes-${at}.conf`)
    nodes.push(
      await RedisServer.start(
        '--cluster-enabled',
        'yes',
        '--cluster-config-file',
        file,
        '--cluster-node-timeout',
        '5000',
      ),
    )
  }
  const [first] = nodes
  for (const [at, { client }] of nodes.entries()) {
    const [from, to] = [Math.ceil((16_384 * at) / 3), Math.ceil((16_384 * (at + 1)) / 3) - 1]
    await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to)
    if (first && at > 0) await client.call('CLUSTER', 'MEET', '127.0.0.1', first.port)
  }
  for (const { client } of nodes)
    await until(async () => String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok'))
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    [Symbol.asyncDispose]: async () => {
      for (const one of nodes) await one[Symbol.asyncDispose]()
      project[Symbol.dispose]()
    },
  }
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patience
  while (!(await done())) {
    if (Date.now() > end) throw new Error('it never came to be so')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
