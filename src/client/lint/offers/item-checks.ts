import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { Check } from '../check.ts'
import { quoted } from '../schema/checks/schema-check.ts'
import { type Item, isOdd, nameOf } from './item.ts'

/** What is asked of every entry of a list. */
export const itemChecks: readonly Check<Item>[] = [
  {
    name: 'entry-form',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'list an object with a name; until then they lose the whole list',
    find: ({ value }) => (isRecord(value) ? undefined : `is ${quoted(value)} and not an object`),
  },
  {
    name: 'name-form',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'write a text; until then they lose the whole list',
    find: (item) => {
      if (!isRecord(item.value)) return undefined
      const keys = item.kind === 'resource' ? ['uri'] : item.kind === 'template' ? ['uriTemplate'] : []
      return ['name', ...keys]
        .filter((key) => typeof item.entry[key] !== 'string')
        .map((key) =>
          Object.hasOwn(item.entry, key) ? `has ${quoted(item.entry[key])} as its ${key}` : `has no ${key}`,
        )
    },
  },
  {
    name: 'text-form',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'write a text, or leave it out; until then they lose the whole list',
    find: ({ entry }) =>
      ['title', 'description', 'mimeType']
        .filter((key) => isOdd(entry[key], 'string'))
        .map((key) => ({ at: [key], text: `is ${quoted(entry[key])}, which must be a text` })),
  },
  {
    name: 'name-invalid',
    level: 'error',
    clients: ['Claude', 'OpenAI', 'VS Code'],
    remedy: 'rename it',
    find: (item) =>
      item.kind === 'tool' && isInvalid(nameOf(item))
        ? 'the name must be at most 64 letters, digits, _ and -'
        : undefined,
  },
  {
    name: 'prompt-name',
    level: 'warning',
    clients: [],
    remedy: 'rename it: what makes a command of it may not take the name',
    find: (item) =>
      item.kind === 'prompt' && isInvalid(nameOf(item))
        ? 'the name must be at most 64 letters, digits, _ and -'
        : undefined,
  },
  {
    name: 'name-start',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'begin with a letter or _',
    find: (item) =>
      item.kind === 'tool' && /^[0-9-]/.test(nameOf(item) ?? '')
        ? 'the name begins with neither a letter nor _'
        : undefined,
  },
  {
    name: 'name-with-server',
    level: 'warning',
    clients: ['Cursor'],
    effect: 'dropped',
    remedy: 'shorten the name of the tool',
    find: ({ kind, server, ...item }) => {
      const name = nameOf({ kind, server, ...item }) ?? ''
      const length = name.length + (server?.length ?? 1)
      return kind === 'tool' && length >= 60 && !isInvalid(name)
        ? `the name and that of the server have ${length} characters, of 59 that both may have`
        : undefined
    },
  },
  {
    name: 'description-missing',
    level: 'warning',
    clients: [],
    remedy: 'say in a sentence what it is for',
    find: ({ kind, value, entry }) =>
      (kind === 'tool' || kind === 'prompt') &&
      isRecord(value) &&
      (entry.description === undefined ||
        (typeof entry.description === 'string' && entry.description.trim() === ''))
        ? 'missing description; models need it to choose'
        : undefined,
  },
  {
    name: 'description-long',
    level: 'warning',
    clients: ['OpenAI'],
    remedy: 'shorten it, or move parts to the descriptions of the arguments',
    find: ({ kind, entry: { description } }) =>
      kind === 'tool' && typeof description === 'string' && description.length > 1024
        ? { at: ['description'], text: `has ${description.length} characters, of 1024 that it may have` }
        : undefined,
  },
]

const isInvalid = (name: string | undefined) => name !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(name)
