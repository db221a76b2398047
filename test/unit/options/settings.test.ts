import { checkSettings, givenByEnv, givenByObject, resolveSettings } from '../../../src/options/settings.ts'
import { refused, table } from '../../support/table.ts'

type Said = Record<string, unknown>

const values = (given: ReturnType<typeof givenByObject>) =>
  Object.fromEntries(Object.entries(given).map(([name, one]) => [name, one.value]))

table('givenByObject, of run(),', (said: Said) => values(givenByObject(said, 'code', 'run()')), [
  [{}, {}],
  [
    { port: 1, host: '::1' },
    { port: 1, host: '::1' },
  ],
  [{ port: '1' }, { port: 1 }, 'as lenient as JavaScript'],
  [{ port: undefined }, {}],
  [{ transport: 'http' }, { transport: 'streamable-http' }],
  [{ health: true }, { health: '/health' }],
  [{ health: false }, { health: undefined }, 'is off, and no path'],
  [{ allowedHosts: ['a', 'b,c'] }, { allowedHosts: ['a', 'b', 'c'] }],
  [{ maxBody: 2048 }, { maxBody: 2048 }],
  [{ maxBody: '4mb' }, { maxBody: 4 * 1024 ** 2 }],
  [{ prot: 1 }, refused(/^run\(\): .*"prot"\. Did you mean "port"\?$/)],
  [{ loadTimeout: 1 }, refused(/^run\(\): .*"loadTimeout"/), 'of the command line alone'],
  [{ constructor: 1 }, refused(/"constructor"/)],
  [JSON.parse('{"__proto__": 1}'), refused(/"__proto__"/)],
  [{ port: null }, refused(/^run\(\): port: must be a whole number/)],
  [{ port: [1] }, refused(/^run\(\): port: must be a single value$/)],
  [{ port: {} }, refused(/^run\(\): port: must not be an object$/)],
])

table(
  'givenByObject, of fastmcp.json,',
  (said: Said) => values(givenByObject(said, 'config', 'fastmcp.json')),
  [
    [
      { port: 1, env: { A: 'b' } },
      { port: 1, env: { A: 'b' } },
    ],
    [{ env: JSON.parse('{"__proto__": "x"}') }, { env: JSON.parse('{"__proto__": "x"}') }],
    [{ health: true }, { health: '/health' }],
    [{ port: '1' }, refused(/^fastmcp\.json: port: must be a number, not "1"$/)],
    [{ banner: 1 }, refused(/banner: must be true or false, not 1$/)],
    [{ allowedHosts: 'a' }, refused(/allowedHosts: must be a list of strings/)],
    [{ allowedHosts: [1] }, refused(/allowedHosts: must be a list of strings/)],
    [{ env: { A: 1 } }, refused(/env: must be an object of names and strings/)],
    [{ env: { 'A B': 'c' } }, refused(/env: must be NAME=value/)],
    [{ port: 1.5 }, refused(/port: must be a whole number/)],
    [{ sorce: 'a.ts' }, refused(/"sorce"\. Did you mean "source"\?/)],
  ],
)

table('givenByEnv', (env: NodeJS.ProcessEnv) => values(givenByEnv(env)), [
  [{}, {}],
  [{ FASTMCP_PORT: '1', PORT: '2' }, { port: 1 }],
  [{ PORT: '2' }, { port: 2 }],
  [{ HOST: 'my-machine' }, {}, 'shells set it to the name of the machine'],
  [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
  [{ HOST: '[::1]' }, { host: '[::1]' }],
  [{ HOST: 'localhost' }, { host: 'localhost' }],
  [{ FASTMCP_HOST: 'my-machine' }, { host: 'my-machine' }],
  [{ FASTMCP_BANNER: 'no' }, { banner: false }],
  [{ FASTMCP_PORT: '' }, refused(/^FASTMCP_PORT: must be a whole number/)],
  [{ PORT: 'tcp://1' }, refused(/^PORT: must be a whole number/)],
])

const flag = (said: Said) => {
  const flags = Object.fromEntries(Object.entries(said).map(([name, value]) => [name, { value, from: name }]))
  return checkSettings(resolveSettings({ flag: flags }))
}

table('checkSettings', flag, [
  [{}, undefined],
  [{ transport: 'streamable-http', port: 1 }, undefined],
  [{ port: 1 }, refused(/^--port .* stdio\. Add -t http, or leave it out\.$/)],
  [{ tokenEnv: 'A' }, refused(/^--token-env .* stdio/)],
  [{ allowedHosts: ['a'] }, refused(/^--allowed-hosts .* stdio\. Add -t http/)],
  [{ allowedOrigins: ['https://a'] }, refused(/^--allowed-origins .* stdio/)],
  [{ messagePath: '/a' }, refused(/^--message-path .* stdio\. Add -t sse/)],
  [{ transport: 'streamable-http', messagePath: '/a' }, refused(/^--message-path .* Streamable HTTP/)],
  [{ transport: 'sse', messagePath: '/a' }, undefined],
  [{ transport: 'sse', jsonResponse: true }, refused(/^--json-response .* SSE/)],
  [{ transport: 'sse', metricsPort: 1, workers: 2 }, refused(/^--metrics-port .* --workers/)],
  [{ tokenFile: 'a' }, refused(/^--token-file .* stdio/)],
  [
    { transport: 'streamable-http', tokenEnv: 'A', tokenFile: 'a' },
    refused(/^--token-env and --token-file exclude each other/),
  ],
  [{ jwtIssuer: 'https://a', jwtAudience: ['b'] }, refused(/^--jwt-issuer .* stdio/)],
  [{ introspect: 'https://a' }, refused(/^--introspect .* stdio/)],
  [{ transport: 'sse', jwtIssuer: 'https://a', jwtAudience: ['b'], jwks: 'https://a/keys' }, undefined],
  [{ transport: 'sse', jwtIssuer: 'https://a' }, refused(/^--jwt-issuer needs --jwt-audience/)],
  [{ transport: 'sse', jwtAudience: ['b'] }, refused(/^--jwt-audience has no effect without --jwt-issuer/)],
  [{ transport: 'sse', jwks: 'https://a' }, refused(/^--jwks has no effect without --jwt-issuer/)],
  [
    { transport: 'sse', jwtIssuer: 'https://a', jwtAudience: ['b'], introspect: 'https://a' },
    refused(/^--jwt-issuer and --introspect exclude each other/),
  ],
  [
    { transport: 'sse', tokenFile: 'a', jwtIssuer: 'https://a', jwtAudience: ['b'] },
    refused(/^--token-file and --jwt-issuer exclude each other/),
  ],
  [
    { transport: 'sse', introspectSecretEnv: 'A' },
    refused(/^--introspect-secret-env has no effect without --introspect\./),
  ],
  [{ transport: 'sse', stateless: true }, refused(/^--stateless .* SSE/)],
])

table(
  'the scopes of tools, by all levels,',
  (levels: [flags: Said, file: Said]) => {
    const [flag, file] = levels.map((said) => givenByObject(said, 'config', 'x'))
    return resolveSettings({ flag: flag ?? {}, 'fastmcp.json': file ?? {} }).toolScopes.value
  },
  [
    [[{ toolScopes: { a: ['x'] } }, { toolScopes: { b: ['y'] } }], { a: ['x'], b: ['y'] }],
    [[{ toolScopes: { a: ['x'] } }, { toolScopes: { a: ['y', 'z'] } }], { a: ['x', 'y', 'z'] }],
    [[{}, { toolScopes: { 'a=b': ['x'] } }], { 'a=b': ['x'] }, 'no name but that one'],
    [[{}, {}], {}],
  ],
)
