/** A fault that a server can have, alone in an entry of one of its lists, and where it is found. */
export interface Planted {
  /** The check that finds it. */
  readonly check: string
  readonly list: 'tools' | 'prompts' | 'resources' | 'resourceTemplates'
  readonly entry: unknown
  readonly subject: string
  readonly path: string
}

/** One fault of an input schema, or of an output schema; the tool is called like the check. */
const schema = (
  side: 'inputSchema' | 'outputSchema',
  check: string,
  value: object,
  path: string,
): Planted => {
  const sound = { name: check, description: 'What it does', inputSchema: { type: 'object', properties: {} } }
  return {
    check,
    list: 'tools',
    entry: { ...sound, [side]: value },
    subject: `tool ${check}`,
    path: `/${side}${path}`,
  }
}
const input = (check: string, value: object, path = '') => schema('inputSchema', check, value, path)
const output = (check: string, value: object, path = '') => schema('outputSchema', check, value, path)
/** One fault of an argument. */
const argument = (check: string, value: unknown, path = '') =>
  input(check, { type: 'object', properties: { a: value } }, `/properties/a${path}`)

const tool = (check: string, parts: object, path = '', name = check): Planted => ({
  check,
  list: 'tools',
  entry: { name, description: 'What it does', inputSchema: { type: 'object', properties: {} }, ...parts },
  subject: `tool ${name}`,
  path,
})
const prompt = (check: string, parts: object, path = '', name = check): Planted => ({
  check,
  list: 'prompts',
  entry: { name, description: 'What it is for', ...parts },
  subject: `prompt ${name}`,
  path,
})
const resource = (check: string, parts: object, path = '', uri = `notes://${check}`): Planted => ({
  check,
  list: 'resources',
  entry: { name: 'note', uri, ...parts },
  subject: `resource ${uri}`,
  path,
})
const template = (check: string, uriTemplate: string): Planted => ({
  check,
  list: 'resourceTemplates',
  entry: { name: 'note', uriTemplate },
  subject: `template ${uriTemplate}`,
  path: '',
})

/** `{ a: { a: … } }`, so many levels deep. */
export function nested(levels: number): object {
  let schema: object = { type: 'string' }
  for (let level = 0; level < levels; level++) schema = { type: 'object', properties: { a: schema } }
  return schema
}

const many = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`a${at}`, { type: 'string' }]))
const circle = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } }
const text = { type: 'string' }

/** One of each fault of a schema. */
export const schemaFaults: readonly Planted[] = [
  input('input-not-object', { properties: {} }),
  input('root-union', { type: 'object', properties: {}, anyOf: [{ required: ['a'] }] }),
  input('root-keyword', { type: 'object', properties: {}, not: { required: ['a'] } }),
  input('root-reference', {
    type: 'object',
    properties: {},
    $ref: '#/$defs/a',
    $defs: { a: { type: 'object' } },
  }),
  input('root-without-properties', { type: 'object' }),
  input('argument-name', { type: 'object', properties: { 'filter[id]': text } }, '/properties/filter[id]'),
  input('dialect-unknown', {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: {},
  }),
  argument('dialect-within', { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'string' }),
  input('definitions', { type: 'object', properties: {}, definitions: { a: text } }),
  argument('not-a-schema', 'string'),
  argument('boolean-schema', true),
  argument('unknown-type', { type: 'strng' }),
  argument('type-form', { type: [] }),
  argument('keyword-form', { type: 'array', items: text, uniqueItems: 'yes' }),
  argument('annotation-form', { type: 'string', description: 5 }),
  argument('required-form', { type: 'string', required: true }),
  input('required-unknown', { type: 'object', properties: { a: text }, required: ['b'] }),
  input('required-twice', { type: 'object', properties: { a: text }, required: ['a', 'a'] }),
  argument('properties-without-object', { properties: { b: text } }),
  argument('object-without-properties', { type: 'object' }),
  input('additional-properties-open', { type: 'object', properties: {}, additionalProperties: true }),
  argument('additional-properties-schema', { type: 'object', additionalProperties: text }),
  argument('names-by-pattern', { type: 'object', propertyNames: text, additionalProperties: text }),
  argument('array-without-items', { type: 'array' }),
  argument('tuple-items', { type: 'array', items: [text, text] }),
  output(
    'tuple-closed',
    { type: 'object', properties: { a: { type: 'array', prefixItems: [text], items: false } } },
    '/properties/a',
  ),
  argument('old-keyword', { type: 'object', properties: { b: text }, dependencies: { b: ['c'] } }),
  argument('union-empty', { anyOf: [] }),
  argument('one-of', { oneOf: [text] }),
  argument('composition', { allOf: [text] }),
  argument('const', { type: 'string', const: 'a' }),
  argument('type-list', { type: ['string', 'null'] }),
  argument('nullable', { type: 'string', nullable: true }),
  argument('nullable-without-type', { nullable: true }),
  argument('no-type', { description: 'anything' }),
  argument('dynamic-reference', { $dynamicRef: '#node' }),
  argument('enum-form', { type: 'string', enum: null }),
  argument('enum-empty', { type: 'string', enum: [] }),
  argument('enum-twice', { type: 'string', enum: ['a', 'a'] }),
  argument('enum-off-type', { type: 'string', enum: ['a', 1] }),
  argument('enum-not-text', { type: 'integer', enum: [1, 2] }),
  argument('enum-empty-text', { type: 'string', enum: ['a', ''] }),
  argument('enum-without-type', { enum: ['a'] }),
  argument('const-off-type', { type: 'string', const: 5 }),
  argument('default-off-type', { type: 'integer', default: '5' }),
  argument('default-off-enum', { type: 'string', enum: ['a'], default: 'b' }),
  argument('exclusive-flag', { type: 'number', minimum: 1, exclusiveMinimum: true }),
  argument('bound-form', { type: 'number', minimum: '1' }),
  argument('bounds-crossed', { type: 'number', minimum: 5, maximum: 1 }),
  argument('exclusive-number', { type: 'number', exclusiveMinimum: 0 }),
  argument('pattern-invalid', { type: 'string', pattern: '(' }),
  argument('pattern-escape', { type: 'string', pattern: '^https\\:' }),
  output(
    'pattern-escape-output',
    { type: 'object', properties: { a: { type: 'string', pattern: '^https\\:' } } },
    '/properties/a',
  ),
  argument('pattern-lookaround', { type: 'string', pattern: '^(?!null$)' }),
  argument('pattern-form', { type: 'string', pattern: 5 }),
  argument('format-of-text', { type: 'string', format: 'uri' }),
  argument('reference-dangling', { $ref: '#/$defs/missing' }),
  argument('reference-elsewhere', { $ref: 'https://example.com/a.json' }),
  input(
    'reference-endless',
    {
      type: 'object',
      properties: { a: { $ref: '#/$defs/a' } },
      $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    },
    '/properties/a',
  ),
  input(
    'reference-recursive',
    { type: 'object', properties: { a: { $ref: '#/$defs/node' } }, $defs: { node: circle } },
    '/$defs/node/properties/next',
  ),
  output(
    'reference-recursive-output',
    { type: 'object', properties: { a: { $ref: '#/$defs/node' } }, $defs: { node: circle } },
    '/$defs/node/properties/next',
  ),
  input(
    'reference',
    { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: text } },
    '/properties/a',
  ),
  input('too-deep-strict', nested(6), '/properties/a'.repeat(6)),
  input('too-many-properties-strict', { type: 'object', properties: many }),
  input('too-deep', nested(800)),
  argument('header', { type: 'number', 'x-mcp-header': 'X-A' }),
  output('output-not-object', { type: 'array', items: text }),
  output('dialect-output', { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }),
  output('dialect-unsupported', { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object' }),
]

const icon = (parts: object) => ({ icons: [{ src: 'https://example.com/a.png', ...parts }] })

/** One of each fault of an entry beside its schemas. */
export const entryFaults: readonly Planted[] = [
  { check: 'entry-form', list: 'tools', entry: null, subject: 'tool at index 0', path: '' },
  tool('text-form', { title: 5 }, '/title'),
  tool('name-invalid', {}, '', 'with space'),
  tool('name-start', {}, '', '1st'),
  tool('name-with-server', {}, '', 'x'.repeat(58)),
  tool('description-missing', { description: ' ' }),
  tool('description-long', { description: 'x'.repeat(1025) }, '/description'),
  tool('input-missing', { inputSchema: undefined }),
  tool('output-form', { outputSchema: 'none' }, '/outputSchema'),
  tool('annotations-form', { annotations: [] }, '/annotations'),
  tool('annotation-type', { annotations: { readOnlyHint: 'yes' } }, '/annotations/readOnlyHint'),
  tool('annotations-opposed', { annotations: { readOnlyHint: true, destructiveHint: true } }, '/annotations'),
  tool('task-support', { execution: { taskSupport: 'maybe' } }, '/execution/taskSupport'),
  tool('icons-form', { icons: [{ src: 5 }] }, '/icons/0'),
  tool('icon-address', icon({ src: 'file:///a.png' }), '/icons/0/src'),
  tool('icon-http', icon({ src: 'http://example.com/a.png' }), '/icons/0/src'),
  tool('icon-large', icon({ src: `data:image/png;base64,${'A'.repeat(70_000)}` }), '/icons/0/src'),
  tool('icon-detail', icon({ sizes: ['big'] }), '/icons/0'),
  tool('meta-form', { _meta: 'none' }, '/_meta'),
  tool('meta-key', { _meta: { '-a/b': 1 } }, '/_meta/-a~1b'),
  tool('meta-reserved', { _meta: { 'dev.mcp/a': 1 } }, '/_meta/dev.mcp~1a'),
  prompt('prompt-name', {}, '', 'with space'),
  prompt('prompt-arguments-form', { arguments: [{}] }, '/arguments/0'),
  prompt('prompt-argument-type', { arguments: [{ name: 'a', required: 'yes' }] }, '/arguments/0/required'),
  prompt('prompt-arguments-twice', { arguments: [{ name: 'a' }, { name: 'a' }] }, '/arguments'),
  resource('name-form', { name: undefined }),
  resource('uri-invalid', {}, '', 'no address'),
  resource('mime-type', { mimeType: 'markdown' }, '/mimeType'),
  resource('size-form', { size: '5' }, '/size'),
  resource('resource-annotations', { annotations: { priority: 2 } }, '/annotations/priority'),
  template('template-invalid', 'notes://{id'),
  template('template-constant', 'notes://all'),
]
