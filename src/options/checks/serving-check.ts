import { usageError } from '../../terminal/errors.ts'
import { flagOf } from '../option.ts'
import type { RunValues } from '../run-options.ts'

type Settings = { readonly [K in keyof RunValues]: { readonly value: RunValues[K]; readonly origin: string } }

/** What operators say that contradicts itself. */
export function checkOperatorSettings({
  metricsHost,
  metricsPort,
  workers,
  tlsCert,
  tlsKey,
}: Settings): void {
  if (metricsHost.origin === 'flag' && metricsPort.value === undefined) {
    throw usageError('--metrics-host has no effect without --metrics-port. Give both, or leave it out.')
  }
  if (metricsPort.value !== undefined && workers.value !== undefined) {
    throw usageError(
      '--metrics-port has no effect with --workers, each of which counts for itself. Leave one out.',
    )
  }
  if ((tlsCert.value === undefined) !== (tlsKey.value === undefined)) {
    throw usageError('--tls-cert and --tls-key need each other. Give both, or leave both out.')
  }
}

/** What only says more of how Redis is used. */
const aboutRedis = ['redisPasswordEnv', 'redisPasswordFile', 'redisPrefix', 'clusterKeyEnv'] as const

/** What is said of replicas that contradicts itself. */
export function checkReplicaSettings(settings: Settings): void {
  const { redis, redisPasswordEnv, redisPasswordFile, store } = settings
  if (redis.value === undefined) {
    const useless = aboutRedis.find((name) => settings[name].origin === 'flag')
    if (useless)
      throw usageError(
        `${flagOf({ name: useless })} has no effect without --redis. Give both, or leave it out.`,
      )
    return
  }
  if (store.value !== 'memory')
    throw usageError('--store has no effect with --redis, which keeps the sessions. Leave one out.')
  if (redisPasswordEnv.value !== undefined && redisPasswordFile.value !== undefined)
    throw usageError('--redis-password-env and --redis-password-file both name the password. Leave one out.')
}

/** What is said of sessions, and of their transport, that contradicts itself. */
export function checkSessionSettings(settings: Settings): void {
  const { transport, stateless, jsonResponse, messagePath, store } = settings
  const kept = store.value !== 'memory'
  if (transport.value === 'sse') {
    if (jsonResponse.origin === 'flag') {
      throw usageError(
        '--json-response has no effect on SSE, which is one stream. Use -t http, or leave it out.',
      )
    }
    if (stateless.value) {
      throw usageError('--stateless has no effect on SSE, which is one long session. Use -t http.')
    }
    if (kept) {
      throw usageError('--store has no effect on SSE, where a session ends with its stream. Use -t http.')
    }
  } else if (messagePath.origin === 'flag') {
    throw usageError('--message-path has no effect on Streamable HTTP. Use -t sse, or leave it out.')
  }
  if (stateless.value && kept) {
    throw usageError('--store has no effect with --stateless, which keeps no sessions. Leave one out.')
  }
}
