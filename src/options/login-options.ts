import type { ValuesOf } from './command-line.ts'
import { choice, define, flag, integer, ownEnv, text, variableName } from './option.ts'

const bearerEnv = define<string | undefined>({
  name: 'bearerEnv',
  value: 'NAME',
  group: 'Server',
  help: 'send the bearer token in this variable to a URL',
  env: ownEnv('bearerEnv'),
  default: undefined,
  parse: variableName,
})

/** The options of `fastmcp login`. */
export const howToLogIn = {
  login: define<'auto' | 'browser' | 'device' | 'never'>({
    name: 'login',
    value: 'how',
    group: 'Server',
    help: 'how to log in at a URL that asks for it: auto, browser, device (enter a code elsewhere) or never',
    env: ownEnv('login'),
    default: 'auto',
    parse: choice(['auto', 'browser', 'device', 'never']),
  }),
  clientId: define<string | undefined>({
    name: 'clientId',
    value: 'id',
    group: 'Server',
    help: 'log in with this OAuth client rather than a registered one',
    env: ownEnv('clientId'),
    default: undefined,
    parse: text,
  }),
  clientSecretEnv: define<string | undefined>({
    name: 'clientSecretEnv',
    value: 'NAME',
    group: 'Server',
    help: 'variable with the secret of that OAuth client',
    env: ownEnv('clientSecretEnv'),
    default: undefined,
    parse: variableName,
  }),
  clientMetadataUrl: define<string | undefined>({
    name: 'clientMetadataUrl',
    value: 'url',
    group: 'Server',
    help: 'log in with the OAuth client that this https document describes',
    env: ownEnv('clientMetadataUrl'),
    default: undefined,
    parse: documentUrl,
  }),
  scope: define<string | undefined>({
    name: 'scope',
    value: 'scopes',
    group: 'Server',
    help: 'ask for these scopes, separated by spaces, when logging in',
    env: ownEnv('scope'),
    default: undefined,
    parse: text,
  }),
  callbackPort: define<number | undefined>({
    name: 'callbackPort',
    value: 'port',
    group: 'Server',
    help: 'port of 127.0.0.1 that the browser comes back to',
    env: ownEnv('callbackPort'),
    default: undefined,
    defaultText: 'any free port',
    parse: integer(1, 65_535),
  }),
  clientCredentials: define<boolean>({
    name: 'clientCredentials',
    group: 'Server',
    help: 'log in as the program itself, with --client-id and --client-secret-env; no browser',
    env: ownEnv('clientCredentials'),
    default: false,
    parse: flag,
  }),
} as const

/** How a server at a URL is told who calls, beside `--header`. */
export const loginOptions = { bearerEnv, ...howToLogIn } as const

/** The options of `fastmcp logout`. */
export const logoutOptions = {
  all: define<boolean>({
    name: 'all',
    group: 'Server',
    help: 'forget every login',
    default: false,
    parse: flag,
  }),
} as const

/** The options of `fastmcp logins`. */
export const loginsOptions = {
  json: define<boolean>({
    name: 'json',
    group: 'Output',
    help: 'print JSON, without the tokens',
    default: false,
    parse: flag,
  }),
} as const

/** The values of the options that say who calls. */
export type LoginOptionValues = ValuesOf<typeof loginOptions>

function documentUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'https:' || url.pathname === '/') throw new Error('must be an https URL with a path')
  return value
}
