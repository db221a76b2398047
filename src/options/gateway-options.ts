import { header } from './client-options.ts'
import { define, flag, ownEnv, text, variableName } from './option.ts'

/** How `fastmcp run` is told of a server that it reaches rather than loads. */
export const gatewayOptions = {
  exec: define<string | undefined>({
    name: 'exec',
    value: 'command',
    group: 'Server',
    help: 'serve a program that speaks MCP on stdio, in any language; one is started for each session',
    default: undefined,
    parse: text,
  }),
  yes: define<boolean>({
    name: 'yes',
    short: 'y',
    group: 'Server',
    help: 'install a package that npm:name means without asking',
    default: false,
    parse: flag,
  }),
  header,
  bearerEnv: define<string | undefined>({
    name: 'bearerEnv',
    value: 'NAME',
    group: 'Server',
    help: 'send a URL the bearer token that this variable holds',
    env: ownEnv('bearerEnv'),
    default: undefined,
    parse: variableName,
  }),
} as const
