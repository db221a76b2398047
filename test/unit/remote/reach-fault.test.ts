import { ProxyFault } from '../../../src/process/proxy/proxy-fault.ts'
import { LoginFault } from '../../../src/remote/login/login-fault.ts'
import { reachFault, reachSentence } from '../../../src/remote/reach-fault.ts'
import { tokenWords } from '../../../src/remote/token-words.ts'
import { table } from '../../support/table.ts'

const failed = (parts: object, message = 'fetch failed') => Object.assign(new Error(message), parts)

const content = (contentType: unknown) =>
  failed({ code: 'CLIENT_HTTP_UNEXPECTED_CONTENT', data: { contentType } })

table('reachFault', (error: unknown) => reachFault(error, 'it asks for a token; add --bearer-env'), [
  [failed({ status: 401 }), '401: it asks for a token; add --bearer-env'],
  [failed({ name: 'UnauthorizedError' }), '401: it asks for a token; add --bearer-env'],
  [failed({ code: 404 }), '404: MCP is not served at this path; try /mcp'],
  [failed({ data: { status: 405 } }), '405: MCP is not served at this path; try /mcp'],
  [failed({ cause: failed({ status: 503 }) }), 'it responded with status 503'],
  [failed({ data: { cause: failed({ status: 500 }) } }), 'it responded with status 500'],
  [
    failed({ status: 403, data: { text: '{"error":{"message":"add\\n--allow-host a"}}' } }),
    'it responded with status 403: add --allow-host a',
  ],
  [
    failed({ status: 503, data: { text: `{"error":{"message":"${'x'.repeat(201)}"}}` } }),
    `it responded with status 503: ${'x'.repeat(200)}…`,
  ],
  [failed({ status: 502, data: { text: '<html>secret</html>' } }), 'it responded with status 502'],
  [failed({ status: 500, data: { text: '{"error":"secret"}' } }), 'it responded with status 500'],
  [failed({ status: 500, data: { text: 'null' } }), 'it responded with status 500'],
  [failed({ code: 'ECONNREFUSED' }), 'connection refused'],
  [
    failed({ cause: failed({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) }),
    'its certificate is self-signed: name a file with it in NODE_EXTRA_CA_CERTS to trust it',
  ],
  [failed({ cause: failed({ code: 'CERT_HAS_EXPIRED' }) }), 'its certificate has expired'],
  [failed({ cause: failed({ code: 'ENOTFOUND' }) }), 'host not found'],
  [new AggregateError([failed({ code: 'ECONNREFUSED' })], ''), 'connection refused'],
  [failed({}, 'SSE error: connect ECONNREFUSED 127.0.0.1:1'), 'connection refused'],
  [failed({}, 'terminated'), 'the connection was closed'],
  [
    failed({ status: 307 }, 'Redirect to https://a.example/ not followed'),
    'it redirected to https://a.example/',
  ],
  [failed({ status: 304 }), 'it responded with status 304'],
  [content('text/html; charset=utf-8'), 'it answered with text/html, which is not MCP; try /mcp'],
  [content(null), 'it answered with nothing, which is not MCP; try /mcp'],
  [new SyntaxError('Unexpected token <'), 'it sent invalid JSON'],
  [failed({ issues: [] }, '[\n  {}\n]'), 'it sent something that is not an MCP message'],
  [
    failed({ code: 'ERA_NEGOTIATION_FAILED', cause: failed({}, 'odd') }),
    'odd',
    'what the question for the era met',
  ],
  [failed({ code: 'ERA_NEGOTIATION_FAILED' }, 'odd'), 'odd'],
  [failed({ status: 200 }, 'odd'), 'odd', 'which is no fault'],
  [failed({ code: 'constructor' }, 'odd'), 'odd'],
  ['odd', 'odd'],
  [undefined, 'undefined'],
  [null, 'null'],
])

const circle: { cause?: unknown } = new Error('round')
circle.cause = circle

table('reachFault, of an error that is its own cause,', () => reachFault(circle, ''), [[undefined, 'round']])

table('reachSentence', (error: unknown) => reachSentence('x.example', error, 'it asks for a token'), [
  [failed({ status: 401 }), 'x.example answered 401: it asks for a token'],
  [failed({ status: 404 }), 'x.example answered 404: MCP is not served at this path; try /mcp'],
  [failed({ status: 403 }), 'x.example responded with status 403'],
  [content('text/html'), 'x.example answered with text/html, which is not MCP; try /mcp'],
  [new SyntaxError('Unexpected token <'), 'x.example sent invalid JSON'],
  [new LoginFault('401: it asks for a login: x'), 'x.example answered 401: it asks for a login: x'],
  [new LoginFault('it asks for a login: finish it'), 'x.example asks for a login: finish it'],
  [
    new LoginFault('its server refused', { cause: failed({ code: 'ECONNREFUSED' }) }),
    'x.example asks for a login: its server refused',
  ],
  [failed({ code: 'ECONNREFUSED' }), 'x.example cannot be reached: connection refused'],
  [failed({ cause: new ProxyFault('407: no') }), 'x.example cannot be reached: 407: no'],
  [failed({}, 'terminated'), 'x.example cannot be reached: the connection was closed'],
])

table('tokenWords', (given: Parameters<typeof tokenWords>[0]) => tokenWords(given, 'give one'), [
  [{}, 'it asks for a token; give one'],
  [{ header: { 'x-key': 'a' }, headers: {} }, 'it asks for a token; give one'],
  [{ bearerEnv: 'TOKEN' }, 'the token in TOKEN (--bearer-env) was not accepted'],
  [{ header: { Authorization: 'a' } }, 'the authorization in --header was not accepted'],
  [{ headers: { authorization: 'a' } }, 'the authorization in its headers was not accepted'],
])
