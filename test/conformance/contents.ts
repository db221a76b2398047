// What the scenarios of the conformance suite expect to be given, in the words its descriptions prescribe.

/** One red pixel. */
export const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
/** A WAV file without samples. */
export const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA='

export const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 50))

export const text = (value: string) => ({ type: 'text' as const, text: value })
export const image = { type: 'image' as const, data: png, mimeType: 'image/png' }
export const audio = { type: 'audio' as const, data: wav, mimeType: 'audio/wav' }
export const embedded = (uri: string, mimeType: string, value: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: value },
})
export const user = <C>(content: C) => ({ role: 'user' as const, content })

/** Tools without arguments that return the same content each time. */
export const fixed = {
  test_simple_text: [text('This is a simple text response for testing.')],
  test_image_content: [image],
  test_audio_content: [audio],
  test_embedded_resource: [
    embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ],
  test_multiple_content_types: [
    text('Multiple content types test:'),
    image,
    embedded(
      'test://mixed-content-resource',
      'application/json',
      JSON.stringify({ test: 'data', value: 123 }),
    ),
  ],
  test_streaming_elicitation: [text('nothing was asked on the way')],
}

/** Suggested for the first argument of a prompt. */
export const cities = ['paris', 'park', 'party']

export const intendedError = 'This tool intentionally returns an error for testing'
export const logMessages = ['Tool execution started', 'Tool processing data', 'Tool execution completed']
export const staticText = 'This is the content of the static text resource.'
export const templateText = (id: string) =>
  JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` })

const strings = (...names: string[]) => ({
  type: 'object' as const,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  required: names,
})

export const userForm = strings('username', 'email')
export const question = (message: string, ...names: string[]) => ({
  message,
  requestedSchema: strings(...names),
})
export const confirmation = {
  message: 'Please confirm',
  requestedSchema: {
    type: 'object' as const,
    properties: { ok: { type: 'boolean' as const } },
    required: ['ok'],
  },
}
export const prompted = (value: string, maxTokens = 100) => ({ messages: [user(text(value))], maxTokens })

export const defaultsForm = {
  type: 'object' as const,
  properties: {
    name: { type: 'string' as const, default: 'John Doe' },
    age: { type: 'integer' as const, default: 30 },
    score: { type: 'number' as const, default: 95.5 },
    status: { type: 'string' as const, enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean' as const, default: true },
  },
}

const titled = (word: string) =>
  ['First', 'Second', 'Third'].map((nth, index) => ({ const: `value${index + 1}`, title: `${nth} ${word}` }))
const options = ['option1', 'option2', 'option3']

export const choicesForm = {
  type: 'object' as const,
  properties: {
    untitledSingle: { type: 'string' as const, enum: options },
    titledSingle: { type: 'string' as const, oneOf: titled('Option') },
    legacyEnum: {
      type: 'string' as const,
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: { type: 'array' as const, items: { type: 'string' as const, enum: options } },
    titledMulti: { type: 'array' as const, items: { anyOf: titled('Choice') } },
  },
}

/** Keywords of JSON Schema 2020-12 that must reach the client as they are. */
export const richSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}

export const headerSchema = {
  type: 'object' as const,
  properties: { region: { type: 'string', description: 'Where', 'x-mcp-header': 'Region' } },
}
