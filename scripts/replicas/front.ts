import { connect } from 'node:net'
import type { ReplicaServers } from '../../test/replicas/replica-servers.ts'
import { freePort } from '../../test/support/free-port.ts'
import type { Started } from '../../test/support/program.ts'
import { type Balancer, installed, startBalancer } from '../../test/support/rolling.ts'

/**
 * A balancer that people use, with the configuration of the examples, in front of three replicas.
 * @throws Error when it is not installed.
 */
export async function frontOf(
  balancer: Balancer,
  { balancer: { ports } }: ReplicaServers,
): Promise<{ url: URL; running: Started }> {
  if (!installed(balancer))
    throw new Error(`${balancer} is not installed: npm run test:rolling -- --install gets it`)
  if (ports.length !== 3) throw new Error(`${balancer} is configured for three replicas`)
  const port = await freePort()
  const running = await startBalancer(balancer, [port, ...ports], accepts)
  return { url: new URL(`http://127.0.0.1:${port}/mcp`), running }
}

const accepts = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
