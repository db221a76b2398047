import { maskedRedisUrl, readRedisUrl } from './checks/redis-url.ts'
import { define, ownEnv, text, variableName } from './option.ts'

/** The address of a Redis; it may hold a password, so that what is wrong with it is said without it. */
export function redisUrl(value: string): string {
  if (!readRedisUrl(value))
    throw new Error(
      'must be a URL such as redis://127.0.0.1:6379, rediss:// with TLS, redis+sentinel://host,host/name or redis+cluster://host,host',
    )
  return value
}
redisUrl.json = { type: 'string', pattern: '^rediss?(\\+sentinel|\\+cluster)?://.+$' } as const

/** What keys may begin with: a brace would put all of them in one slot of a cluster, or none where it belongs. */
export function keyPrefix(value: string): string {
  if (!/^[\w.:-]{1,64}$/.test(value)) throw new Error('must be 1 to 64 letters, digits, and . : _ -')
  return value
}
keyPrefix.json = { type: 'string', pattern: '^[\\w.:-]{1,64}$' } as const

/** A URL without the password in it. */
export function withoutPassword(value: string): string {
  if (!URL.canParse(value)) return maskedRedisUrl(value)
  const url = new URL(value)
  if (url.password !== '') url.password = '***'
  return url.href
}

/** The options of serving as one of several replicas. */
export const replicaOptions = {
  redis: define<string | undefined>({
    name: 'redis',
    value: 'url',
    group: 'HTTP',
    help: 'share sessions with other replicas through this Redis or Valkey, with ioredis installed',
    env: ownEnv('redis'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'none',
    parse: redisUrl,
  }),
  redisPasswordEnv: define<string | undefined>({
    name: 'redisPasswordEnv',
    value: 'name',
    group: 'HTTP',
    help: 'environment variable that holds the password of that Redis',
    env: ownEnv('redisPasswordEnv'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'none',
    parse: variableName,
  }),
  redisPasswordFile: define<string | undefined>({
    name: 'redisPasswordFile',
    value: 'path',
    group: 'HTTP',
    help: 'file that holds the password of that Redis',
    env: ownEnv('redisPasswordFile'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'none',
    parse: text,
  }),
  redisPrefix: define<string>({
    name: 'redisPrefix',
    value: 'text',
    group: 'HTTP',
    help: 'what all keys and channels in Redis begin with; servers with the same share their sessions',
    env: ownEnv('redisPrefix'),
    config: true,
    code: true,
    default: 'fastmcp:',
    parse: keyPrefix,
  }),
  clusterKeyEnv: define<string | undefined>({
    name: 'clusterKeyEnv',
    value: 'name',
    group: 'HTTP',
    help: 'environment variable with a secret of all replicas, which seals what they keep in Redis',
    env: ownEnv('clusterKeyEnv'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'not sealed',
    parse: variableName,
  }),
} as const
