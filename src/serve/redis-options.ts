import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { namedVariable } from '../files/environment.ts'
import { readFault } from '../files/read-fault.ts'
import type { Settings } from '../options/settings.ts'
import type { RedisConfig } from '../store/redis/link/redis-config.ts'
import { usageError } from '../terminal/errors.ts'

/** Minimum characters of a cluster key. */
const minKeyLength = 16

/**
 * The Redis in which replicas share their sessions, if any.
 * @throws CliError (exit 2) when a variable or a file is missing or invalid.
 */
export function redisOf(settings: Settings, env: NodeJS.ProcessEnv): RedisConfig | undefined {
  const { redis, redisPrefix, redisPasswordEnv, redisPasswordFile, clusterKeyEnv, sessions } = settings
  if (redis.value === undefined) return undefined
  return {
    url: redis.value,
    prefix: redisPrefix.value,
    sessions: sessions.value,
    password:
      passwordIn(redisPasswordFile.value) ?? valueIn('--redis-password-env', redisPasswordEnv.value, env),
    clusterKey: clusterKey(clusterKeyEnv.value, env),
  }
}

function clusterKey(variable: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const key = valueIn('--cluster-key-env', variable, env)
  if (key !== undefined && key.length < minKeyLength)
    throw usageError(`--cluster-key-env: ${variable} must have at least ${minKeyLength} characters`)
  return key
}

const valueIn = (flag: string, variable: string | undefined, env: NodeJS.ProcessEnv) =>
  variable === undefined ? undefined : namedVariable(env, variable, flag).trim()

function passwordIn(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    const password = readFileSync(resolve(path), 'utf8').trim()
    if (password !== '') return password
  } catch (error) {
    throw usageError(`--redis-password-file ${path}: ${readFault(error)}`)
  }
  throw usageError(`--redis-password-file: ${path} is empty`)
}
