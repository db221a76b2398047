// Stops one of three instances behind nginx and HAProxy again and again under load, and fails on any lost call.
//
//   npm run test:rolling                    20 stops behind each
//   npm run test:rolling -- --stops 5       fewer
//   npm run test:rolling -- --install       installs with apt-get what is missing
import { execFileSync } from 'node:child_process'
import { Command } from 'commander'
import { type Balancer, balancers, installed, roll } from '../test/support/rolling.ts'

const values = new Command()
  .option('--stops <count>', 'instances that stop', '20')
  .option('--install', 'gets what is missing with apt-get', false)
  .parse()
  .opts<{ stops: string; install: boolean }>()

const packages: Record<Balancer, string> = { nginx: 'nginx-light', haproxy: 'haproxy' }

for (const name of Object.keys(balancers) as Balancer[]) {
  if (!installed(name) && values.install) {
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', packages[name]], {
      stdio: ['ignore', 2, 2],
    })
  }
  if (!installed(name)) {
    console.log(`${name}: not installed; --install gets it with apt-get`)
    process.exitCode = 1
    continue
  }
  const { calls, faults, by } = await roll(name, Number(values.stops), 2, (seen) =>
    console.error(`  ${name}: ${seen.calls} calls, ${seen.faults.length} errors`),
  )
  console.log(
    `${name}: ${values.stops} stops, ${calls} calls, ${faults.length} errors, by instance ${JSON.stringify(by)}`,
  )
  for (const fault of new Set(faults)) console.log(`  ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}
