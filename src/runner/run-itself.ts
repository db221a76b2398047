import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { importFault } from '../loader/faults/import-fault.ts'
import { guardIn } from '../options/checks/caller-check.ts'
import { flagOf } from '../options/option.ts'
import { runOptions } from '../options/run-options.ts'
import type { Settings } from '../options/settings.ts'
import { anyPort } from '../process/free-port.ts'
import type { HttpPort } from '../serve/http-port.ts'
import type { HandedOver } from '../serve/lifecycle.ts'
import type { ProcessOwner } from '../serve/process-owner.ts'
import { usageError } from '../terminal/errors.ts'
import type { Output } from '../terminal/output.ts'

interface Runnable {
  run(options: Record<string, unknown>): unknown
}

interface Parts {
  /** The file with its code, for error messages. */
  file: string
  owner: ProcessOwner
  /** The port that we have bound, to be released for it. */
  bound: HttpPort | undefined
  output: Output
}

interface Address {
  host: string
  port: number
}

/** Milliseconds: the polling interval for its port, and how long the port may take after `run()` has resolved. */
const timing = { poll: 50, afterRun: 1_000 }

/**
 * Hands the process over to an object with its own `run()`, passing the same options under the same names.
 * @returns undefined if its `run()` opened no port, because it supports only stdio.
 * @throws CliError (exit 2) for options that it cannot honour.
 */
export async function runItself(
  server: Runnable,
  settings: Settings,
  { file, owner, bound, output }: Parts,
): Promise<HandedOver | undefined> {
  checkOptions(settings)
  sayIdle(settings, output)
  const { transport, host, path, stateless, loadTimeout } = settings
  const run = (options: Record<string, unknown>) => running(server, options, file)
  if (transport.value === 'stdio') {
    owner.release()
    return { handedOver: untilIdle(run({ transport: 'stdio' })) }
  }
  const port = bound?.port ?? (settings.port.value || (await anyPort(host.value)))
  await bound?.abandon()
  const address = { host: host.value, port }
  const options = { ...address, ...(path.value !== undefined && { path: path.value }) }
  const runs = run({ transport: transport.value, ...options, stateless: stateless.value })
  const opened = await opensPort(address, runs, loadTimeout.value * 1000)
  if (!opened && readsStdin()) return undefined
  owner.release()
  const usual = transport.value === 'sse' ? '/sse' : '/mcp'
  if (opened) output.log('info', `listening on http://${host.value}:${port}${path.value ?? usual}`)
  return { handedOver: untilIdle(runs) }
}

/** @throws CliError (exit 3) for an error of its code. */
async function running(server: Runnable, options: Record<string, unknown>, file: string): Promise<void> {
  try {
    await server.run(options)
  } catch (error) {
    throw importFault(error, file, import.meta.dirname, 'in its run()')
  }
}

function checkOptions(settings: Settings): void {
  // It would admit every caller although a token was requested.
  const guard = guardIn(settings)
  if (guard) {
    throw usageError(
      `this server serves itself, so ${flagOf(runOptions[guard])} cannot protect it. Leave it out.`,
    )
  }
  if (settings.tlsCert.value !== undefined)
    throw usageError('this server serves itself, so --tls-cert has no effect. Leave it out.')
  if (settings.store.value !== 'memory') {
    throw usageError('this server serves itself, so --store cannot keep its sessions. Leave it out.')
  }
  if (settings.workers.value !== undefined)
    throw usageError('this server serves itself, so --workers cannot share its sessions. Leave it out.')
  if (settings.redis.value !== undefined)
    throw usageError('this server serves itself, so --redis cannot share its sessions. Leave it out.')
}

/** Settings that have no effect on a server that serves itself. */
const idle = ['drainDelay', 'accessLog', 'metricsPort'] as const

function sayIdle(settings: Settings, output: Output): void {
  const given = idle.filter((name) => settings[name].value !== runOptions[name].default)
  if (given.length === 0) return
  const [verb, object] = given.length === 1 ? ['has', 'it'] : ['have', 'them']
  const flags = given.map((name) => flagOf(runOptions[name])).join(' and ')
  output.log('warning', `this server serves itself, so ${flags} ${verb} no effect. Leave ${object} out.`)
}

/** Waits until its port is open; false if that has not happened some time after `run()` has resolved. */
async function opensPort(address: Address, runs: Promise<void>, limit: number): Promise<boolean> {
  let until = performance.now() + limit
  const resolved = runs.then(() => {
    until = Math.min(until, performance.now() + timing.afterRun)
  })
  resolved.catch(() => undefined)
  const failing = new Promise<never>((_, reject) => resolved.catch(reject))
  while (performance.now() < until) {
    if (await Promise.race([accepts(address), failing])) return true
    await Promise.race([delay(timing.poll), failing])
  }
  return false
}

/** Whether user code is reading stdin. */
const readsStdin = () => process.stdin.listenerCount('data') + process.stdin.listenerCount('readable') > 0

function accepts({ host, port }: Address): Promise<boolean> {
  const socket = connect({ host: host === '0.0.0.0' ? '127.0.0.1' : host, port })
  return new Promise((resolve) => {
    const end = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

/** Waits for the event loop to become empty: a server that runs itself decides how long it lives. */
function untilIdle(runs: Promise<void>): Promise<number> {
  const idle = new Promise<number>((resolve) => {
    process.once('beforeExit', (code) => resolve(code))
  })
  return new Promise((resolve, reject) => {
    runs.catch(reject)
    idle.then(resolve, reject)
  })
}
