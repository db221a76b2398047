import { initialize, mcpHeaders, rpc, type Sent } from '../support/raw-http.ts'

/** A request that is out of the ordinary, and what it is answered with. */
export interface Row {
  name: string
  sent: Sent
  status: number
  /** The code of the error. */
  code?: number
  /** Whether it is made in a session. */
  session?: boolean
  /** Whether it is about what a host of the user's decides itself: Host names and paths. */
  own?: boolean
  /** The status where there are no sessions, if it is another one. */
  stateless?: number
  /** The status where every answer is one JSON body, if it is another one. */
  json?: number
}

/** A call of `echo`. */
export const call = rpc('tools/call', { name: 'echo', arguments: { text: 'hi' } }, 7)
/** A POST with these headers besides the usual ones, or without one of those. */
export const post = (
  headers: Record<string, string | undefined>,
  body: string | Buffer = initialize,
): Sent => {
  const merged = { ...mcpHeaders, ...headers }
  return {
    headers: Object.fromEntries(Object.entries(merged).filter((one) => one[1] !== undefined)) as Record<
      string,
      string
    >,
    body,
  }
}
const withSession = (body: string | Buffer, headers: Record<string, string> = {}): Sent => post(headers, body)

/** Rows H of the catalogue of faults that are one request each. */
export const rows: Row[] = [
  { name: 'a foreign origin', sent: post({ origin: 'https://evil.example' }), status: 403 },
  { name: 'the null origin', sent: post({ origin: 'null' }), status: 403 },
  {
    name: 'an origin that begins like ours',
    sent: post({ origin: 'http://localhost.evil.example' }),
    status: 403,
  },
  {
    name: 'a page of another site that names no origin',
    sent: post({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }),
    status: 403,
  },
  { name: 'an origin of this machine', sent: post({ origin: 'http://localhost:5173' }), status: 200 },
  { name: 'a foreign host', sent: post({ host: 'evil.example' }), status: 403, own: true },
  {
    name: 'a host that begins like ours',
    sent: post({ host: '127.0.0.1.evil.example' }),
    status: 403,
    own: true,
  },
  { name: 'IPv6 loopback as host', sent: post({ host: '[::1]:1234' }), status: 200 },
  { name: 'localhost as host', sent: post({ host: 'LocalHost:99' }), status: 200 },
  { name: 'no content type', sent: post({ 'content-type': undefined }), status: 415 },
  { name: 'plain text', sent: post({ 'content-type': 'text/plain' }), status: 415 },
  {
    name: 'JSON with charset',
    sent: post({ 'content-type': 'application/json; charset=utf-8' }),
    status: 200,
  },
  { name: 'JSON in UTF-16', sent: post({ 'content-type': 'application/json; charset=utf-16' }), status: 415 },
  { name: 'a compressed body', sent: post({ 'content-encoding': 'gzip' }), status: 415 },
  { name: 'accepting JSON only', sent: post({ accept: 'application/json' }), status: 406, json: 200 },
  { name: 'accepting anything', sent: post({ accept: '*/*' }), status: 200 },
  { name: 'broken JSON', sent: post({}, '{'), status: 400, code: -32700 },
  { name: 'no body', sent: post({}, ''), status: 400, code: -32700 },
  { name: 'null', sent: post({}, 'null'), status: 400, code: -32600 },
  { name: 'a number', sent: post({}, '42'), status: 400, code: -32600 },
  { name: 'an empty batch', sent: post({}, '[]'), status: 400, code: -32600 },
  { name: 'a batch', sent: post({}, `[${initialize}]`), status: 400, code: -32600 },
  {
    name: 'jsonrpc 1.0',
    sent: post({}, '{"jsonrpc":"1.0","id":1,"method":"ping"}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'a null id, beside an error that would excuse it in an answer',
    sent: post({}, '{"jsonrpc":"2.0","id":null,"method":"ping","error":{"code":1,"message":"no"}}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'a null id',
    sent: post({}, '{"jsonrpc":"2.0","id":null,"method":"ping"}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'an object as id',
    sent: post({}, '{"jsonrpc":"2.0","id":{},"method":"ping"}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'a fraction as id',
    sent: post({}, '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'a method that is no text',
    sent: post({}, '{"jsonrpc":"2.0","id":1,"method":7}'),
    status: 400,
    code: -32600,
  },
  { name: 'no method', sent: post({}, '{"jsonrpc":"2.0","id":1}'), status: 400, code: -32600 },
  {
    name: 'params as a list',
    sent: post({}, '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'a member that JSON-RPC does not know',
    sent: withSession('{"jsonrpc":"2.0","id":1,"method":"ping","colour":"red"}'),
    status: 200,
    session: true,
  },
  {
    name: '_meta that is no object',
    sent: withSession('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":"x"}}'),
    status: 400,
    code: -32600,
    session: true,
  },
  {
    name: 'a progress token that is none',
    sent: withSession('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":{}}}}'),
    status: 400,
    code: -32600,
    session: true,
  },
  { name: 'no session', sent: post({}, call), status: 400, stateless: 200 },
  {
    name: 'an unknown session',
    sent: post({ 'mcp-session-id': 'nobody' }, call),
    status: 404,
    stateless: 200,
  },
  {
    name: 'session __proto__',
    sent: post({ 'mcp-session-id': '__proto__' }, call),
    status: 404,
    stateless: 200,
  },
  {
    name: 'session constructor',
    sent: post({ 'mcp-session-id': 'constructor' }, call),
    status: 404,
    stateless: 200,
  },
  {
    name: 'session toString',
    sent: post({ 'mcp-session-id': 'toString' }, call),
    status: 404,
    stateless: 200,
  },
  {
    name: 'a session id with a space',
    sent: post({ 'mcp-session-id': 'no body' }, call),
    status: 404,
    stateless: 200,
  },
  { name: 'an empty session id', sent: post({ 'mcp-session-id': '' }, call), status: 400, stateless: 200 },
  {
    name: 'a session id of 10 kB',
    sent: post({ 'mcp-session-id': 'x'.repeat(10_000) }, call),
    status: 404,
    stateless: 200,
  },
  {
    name: 'an unknown protocol version',
    sent: withSession(call, { 'mcp-protocol-version': '1999-01-01' }),
    status: 400,
    session: true,
  },
  {
    name: 'a known protocol version',
    sent: withSession(call, { 'mcp-protocol-version': '2025-06-18' }),
    status: 200,
    session: true,
  },
  {
    name: 'a second initialize',
    sent: withSession(initialize),
    status: 400,
    code: -32600,
    session: true,
    stateless: 200,
  },
  { name: 'an unknown method', sent: withSession(rpc('no/such')), status: 200, code: -32601, session: true },
  {
    name: 'a response without a request',
    sent: withSession('{"jsonrpc":"2.0","id":99,"result":{}}'),
    status: 202,
    session: true,
  },
  {
    name: 'a notification',
    sent: withSession('{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}'),
    status: 202,
    session: true,
  },
  {
    name: '3 MB of arguments',
    sent: withSession(rpc('tools/call', { name: 'echo', arguments: { text: 'x'.repeat(3e6) } })),
    status: 200,
    session: true,
  },
  {
    name: 'prototype keys in arguments',
    sent: withSession(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"a","__proto__":{"x":1}}}}',
    ),
    status: 200,
    session: true,
  },
  { name: 'PUT', sent: { ...post({}), method: 'PUT' }, status: 405 },
  { name: 'PATCH', sent: { ...post({}), method: 'PATCH' }, status: 405 },
  {
    name: 'GET without session',
    sent: { method: 'GET', headers: { accept: 'text/event-stream' } },
    status: 400,
    stateless: 405,
  },
  { name: 'GET without accept', sent: { method: 'GET' }, status: 406, stateless: 405 },
  { name: 'DELETE without session', sent: { method: 'DELETE' }, status: 400, stateless: 405 },
  { name: 'an unknown path', sent: { ...post({}), path: '/nowhere' }, status: 404, own: true },
  { name: 'an encoded path', sent: { ...post({}), path: '/%6dcp' }, status: 200, own: true },
  { name: 'a broken escape', sent: { ...post({}), path: '/%ZZ' }, status: 404, own: true },
  { name: 'a path beside ours', sent: { ...post({}), path: '/mcp/../x' }, status: 404, own: true },
  { name: 'a trailing slash', sent: { ...post({}), path: '/mcp/' }, status: 200, own: true },
  { name: 'a query', sent: { ...post({}), path: '/mcp?x=1' }, status: 200 },
  {
    name: 'an absolute address',
    sent: { ...post({}), path: 'http://127.0.0.1/mcp' },
    status: 200,
    own: true,
  },
]
