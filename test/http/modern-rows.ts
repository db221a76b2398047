// Requests of the modern era, ordinary and not, for what answers them to be compared.

const version = '2026-07-28'

export interface Row {
  name: string
  method: string
  params?: Record<string, unknown>
  /** Headers besides those that belong to the request; `undefined` leaves one out. */
  headers?: Record<string, string | undefined>
  meta?: Record<string, unknown>
  id?: string | number
  /** Whether our own dispatch answers it; otherwise it is left to the handler of the SDK. */
  own: boolean
}

const capabilities = { sampling: {}, elicitation: { form: {} }, roots: {} }
export const call = (name: string, rest: Partial<Row> & { args?: Record<string, unknown> } = {}): Row => {
  const { args = {}, params, ...others } = rest
  return {
    name,
    method: 'tools/call',
    params: { name, arguments: args, ...params },
    headers: { 'mcp-name': name },
    own: true,
    ...others,
  }
}
const tool = (name: string, rest: Parameters<typeof call>[1] = {}) => ({
  ...call('test_simple_text', rest),
  name,
})
const get = (name: string, args?: Record<string, string>): Row => ({
  name: `prompt ${name}`,
  method: 'prompts/get',
  params: { name, ...(args && { arguments: args }) },
  headers: { 'mcp-name': name },
  own: true,
})
const read = (uri: string): Row => ({
  name: `resource ${uri}`,
  method: 'resources/read',
  params: { uri },
  headers: { 'mcp-name': uri },
  own: true,
})
export const list = (method: string, rest: Partial<Row> = {}): Row => ({
  name: method,
  method,
  own: true,
  ...rest,
})
const complete = (name: string, ref: unknown, argument: unknown): Row => ({
  name,
  method: 'completion/complete',
  params: { ref, argument },
  own: true,
})
const withArguments = { type: 'ref/prompt', name: 'test_prompt_with_arguments' }
const asking = (name: string) => `test_input_required_result_${name}`
const named = { user_name: { action: 'accept', content: { name: 'Ann' } } }

export const rows: Row[] = [
  ...['tools', 'prompts', 'resources', 'resources/templates'].map((what) => list(`${what}/list`)),
  list('tools/list', { name: 'a cursor', params: { cursor: 'x' } }),
  call('test_simple_text'),
  call('test_image_content'),
  call('test_audio_content'),
  call('test_embedded_resource'),
  call('test_multiple_content_types'),
  call('test_error_handling'),
  call('test_tool_with_progress', { params: { _meta: { progressToken: 'p' } } }),
  tool('no progress token', {
    params: { name: 'test_tool_with_progress' },
    headers: { 'mcp-name': 'test_tool_with_progress' },
  }),
  call('test_logging_tool'),
  call('test_logging_tool', { meta: { 'io.modelcontextprotocol/logLevel': 'info' } }),
  call('test_logging_tool', { meta: { 'io.modelcontextprotocol/logLevel': 'error' } }),
  call('json_schema_2020_12_tool', { args: { name: 'x' } }),
  call('json_schema_2020_12_tool', { args: { name: 'x', phone: '1', contactMethod: 'phone' } }),
  call('test_sampling'),
  call('test_sampling', { args: { prompt: 7 } }),
  call('no_such_tool'),
  call('__proto__'),
  call('test_missing_capability', { meta: { 'io.modelcontextprotocol/clientCapabilities': {} } }),
  call('test_trigger_tool_change'),
  ...[
    'elicitation',
    'sampling',
    'list_roots',
    'request_state',
    'multiple_inputs',
    'multi_round',
    'capabilities',
  ].map((name) => call(asking(name))),
  call(asking('elicitation'), { params: { inputResponses: named } }),
  call(asking('elicitation'), { params: { inputResponses: { other: {} } } }),
  call(asking('elicitation'), { params: { inputResponses: 'nonsense' } }),
  call(asking('tampered_state'), { params: { requestState: 'made up' } }),
  call(asking('tampered_state'), { params: { requestState: 7 } }),
  call('test_x_mcp_header', { args: { region: 'x' }, own: false }),
  call('test_x_mcp_header', {
    args: { region: 'x' },
    headers: { 'mcp-name': 'test_x_mcp_header', 'mcp-param-region': 'x' },
    own: false,
  }),
  get('test_simple_prompt'),
  get('test_prompt_with_arguments', { arg1: 'a', arg2: 'b' }),
  get('test_prompt_with_arguments', { arg1: 'a' }),
  get('test_prompt_with_arguments'),
  get('test_prompt_with_image'),
  get(asking('prompt')),
  get('no_such_prompt'),
  read('test://static-text'),
  read('test://static-binary'),
  read('test://template/7/data'),
  read('test://nowhere'),
  read('not a uri'),
  complete('a completion', withArguments, { name: 'arg1', value: 'par' }),
  complete('a completion of nothing', withArguments, { name: 'nothing', value: '' }),
  complete('a completion of no prompt', { type: 'ref/prompt', name: 'none' }, { name: 'x', value: '' }),
  complete('a broken completion', undefined, undefined),
  tool('an id that is a string', { id: 'seven' }),
  tool('id 0', { id: 0 }),
  tool('arguments that are no object', { params: { arguments: 7 } }),
  tool('arguments beyond the schema', { args: { extra: true } }),
  tool('no version header', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-protocol-version': undefined },
    own: false,
  }),
  tool('another version header', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-protocol-version': '2099-01-01' },
    own: false,
  }),
  tool('no method header', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-method': undefined },
    own: false,
  }),
  tool('another method header', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-method': 'tools/list' },
    own: false,
  }),
  tool('the method in capitals', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-method': 'TOOLS/CALL' },
    own: false,
  }),
  tool('no name header', { headers: {}, own: false }),
  tool('another name header', { headers: { 'mcp-name': 'test_image_content' }, own: false }),
  tool('a name in base64', { headers: { 'mcp-name': '=?base64?dGVzdF9zaW1wbGVfdGV4dA==?=' }, own: false }),
  tool('a name in broken base64', { headers: { 'mcp-name': '=?base64?!?=' }, own: false }),
  tool('an unknown version', {
    meta: { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' },
    own: false,
  }),
  tool('no capabilities', { meta: { 'io.modelcontextprotocol/clientCapabilities': undefined }, own: false }),
  tool('capabilities that are none', {
    meta: { 'io.modelcontextprotocol/clientCapabilities': 7 },
    own: false,
  }),
  tool('no client info', { meta: { 'io.modelcontextprotocol/clientInfo': undefined } }),
  tool('no name in the body', { params: { name: undefined }, own: false }),
  ...['server/discover', 'initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'no/such'].map(
    (method) => list(method, { own: false }),
  ),
]

export function requestOf({ method, params = {}, headers = {}, meta = {}, id = 1 }: Row) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    'io.modelcontextprotocol/clientInfo': { name: 'differ', version: '1' },
    ...(params._meta as object),
    ...meta,
  }
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...headers,
  }
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } })
  return { headers: Object.fromEntries(sent), body }
}
