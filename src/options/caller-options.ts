import { isScope } from '../protocol/tool-scopes.ts'
import { define, ownEnv, type Parser, text, texts, variableName } from './option.ts'

/** The options that say who may call over HTTP. */
export const callerOptions = {
  tokenEnv: define<string | undefined>({
    name: 'tokenEnv',
    value: 'NAME',
    group: 'HTTP',
    help: 'require the bearer token in this variable',
    env: ownEnv('tokenEnv'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'no authentication',
    parse: variableName,
  }),
  tokenFile: define<string | undefined>({
    name: 'tokenFile',
    value: 'file',
    group: 'HTTP',
    help: 'require a bearer token of this file: lines of NAME=token, read again when it changes',
    env: ownEnv('tokenFile'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'no authentication',
    parse: text,
  }),
  jwtIssuer: define<string | undefined>({
    name: 'jwtIssuer',
    value: 'URL',
    group: 'HTTP',
    help: 'require a JSON Web Token of this issuer, exactly as its iss says',
    env: ownEnv('jwtIssuer'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'no authentication',
    parse: httpUrl(),
  }),
  jwtAudience: define<string[]>({
    name: 'jwtAudience',
    value: 'text',
    repeatable: true,
    group: 'HTTP',
    help: 'audience (aud) a token must be issued for: usually the URL of this server',
    env: ownEnv('jwtAudience'),
    config: true,
    code: true,
    default: [],
    defaultText: 'none',
    parse: texts,
  }),
  jwks: define<string | undefined>({
    name: 'jwks',
    value: 'URL',
    group: 'HTTP',
    help: 'where the issuer publishes its keys',
    env: ownEnv('jwks'),
    config: true,
    code: true,
    default: undefined,
    defaultText: "what the issuer's own metadata says",
    parse: httpUrl(),
  }),
  introspect: define<string | undefined>({
    name: 'introspect',
    value: 'URL',
    group: 'HTTP',
    help: 'require a token that this introspection endpoint calls active (RFC 7662)',
    env: ownEnv('introspect'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'no authentication',
    parse: httpUrl(),
  }),
  introspectClientId: define<string | undefined>({
    name: 'introspectClientId',
    value: 'text',
    group: 'HTTP',
    help: 'client ID of this server at that endpoint',
    env: ownEnv('introspectClientId'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'no client',
    parse: text,
  }),
  introspectSecretEnv: define<string | undefined>({
    name: 'introspectSecretEnv',
    value: 'NAME',
    group: 'HTTP',
    help: 'variable with the secret of that client, or with a bearer token if there is no client',
    env: ownEnv('introspectSecretEnv'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'no secret',
    parse: variableName,
  }),
  introspectAudience: define<string[]>({
    name: 'introspectAudience',
    value: 'text',
    repeatable: true,
    group: 'HTTP',
    help: 'audience (aud) that the answer must name',
    env: ownEnv('introspectAudience'),
    config: true,
    code: true,
    default: [],
    defaultText: 'anything',
    parse: texts,
  }),
  introspectIssuer: define<string | undefined>({
    name: 'introspectIssuer',
    value: 'URL',
    group: 'HTTP',
    help: 'issuer of these tokens, which OAuth clients are told',
    env: ownEnv('introspectIssuer'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'clients are told nothing',
    parse: httpUrl(),
  }),
  toolScopes: define<Record<string, string[]>>({
    name: 'toolScopes',
    value: 'TOOL=scopes',
    repeatable: true,
    sums: true,
    group: 'HTTP',
    help: 'scopes that callers of a tool need as well, separated by spaces; adds to those of fastmcp.json',
    config: true,
    default: {},
    parse: scopesOfTool(),
  }),
} as const

/** One tool and its scopes, as in `deploy=admin ops`. */
function scopesOfTool(): Parser<Record<string, string[]>> {
  const parse = (value: string): Record<string, string[]> => {
    const equals = value.indexOf('=')
    const scopes = value
      .slice(equals + 1)
      .split(' ')
      .filter((one) => one !== '')
    if (equals < 1 || scopes.length === 0 || !scopes.every(isScope))
      throw new Error('must be TOOL=scopes, such as "deploy=admin"')
    return { [value.slice(0, equals)]: scopes }
  }
  const json = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } } as const
  return Object.assign(parse, { json })
}

/** The address of a server, kept as it was written; what may be a password in it is not repeated. */
function httpUrl(): Parser<string> {
  const parse = (value: string): string => {
    const url = /^https?:\/\/[^\s]+$/.test(value) && URL.canParse(value) ? new URL(value) : undefined
    if (!url) throw new Error('must be a URL that begins with https:// or http://')
    if (url.username !== '' || url.password !== '') throw new Error('must not have a user name or a password')
    return value
  }
  return Object.assign(parse, { json: { type: 'string', pattern: '^https?://' } as const })
}
