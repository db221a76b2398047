import type { Member } from '../../../src/remote/several/member.ts'
import { membersFor, otherCapabilities } from '../../../src/remote/several/other-capabilities.ts'
import { table } from '../../support/table.ts'

type Servers = Record<string, Record<string, unknown>>

/** Servers by what they declare; one whose name begins with `!` cannot be reached. */
const members = (servers: Servers) =>
  Object.entries(servers).map(
    ([name, capabilities]) => ({ name, capabilities, ready: !name.startsWith('!') }) as unknown as Member,
  )

const skills = { extensions: { 'io.modelcontextprotocol/skills': {} } }
const mirror = { extensions: { 'example.com/mirror': { deep: true } } }
const plain = { tools: {}, resources: {}, prompts: {}, logging: {}, completions: {} }

table('otherCapabilities', (servers: Servers) => otherCapabilities(members(servers)), [
  [{}, {}],
  [{ a: plain }, {}],
  [{ a: skills, b: plain }, skills],
  [{ a: skills, b: mirror }, { extensions: { ...skills.extensions, ...mirror.extensions } }],
  [
    { a: { extensions: { x: 1 } }, b: { extensions: { x: 2, y: 3 } } },
    { extensions: { x: 1, y: 3 } },
    'the first has it',
  ],
  [{ a: { tasks: { list: {} } }, b: { tasks: { cancel: {} } } }, { tasks: { list: {} } }],
  [{ a: { extensions: null }, b: skills }, { extensions: null }],
  [
    { a: { constructor: 1 }, b: { experimental: { x: {} } } },
    { constructor: 1, experimental: { x: {} } },
  ],
])

const namesFor = ([method, servers]: readonly [string, Servers]) =>
  membersFor(method, members(servers)).map(({ name }) => name)

table('membersFor', namesFor, [
  [['x/y', {}], []],
  [['x/y', { a: plain }], []],
  [['skills/list', { a: plain, b: skills, c: mirror }], ['b']],
  [['example.com/mirror/turn', { a: skills, b: mirror }], ['b']],
  [['mirror/turn', { a: skills, b: mirror }], ['b']],
  [
    ['skills/list', { a: skills, b: skills }],
    ['a', 'b'],
  ],
  [['else/where', { a: skills, b: mirror, c: plain }], ['a', 'b'], 'named after nothing'],
  [['tasks/get', { a: { tasks: {} }, b: skills }], ['a']],
  [['skills/list', { '!a': skills, b: mirror }], ['b'], 'one that cannot be reached has no say'],
  [
    ['skillset/list', { a: skills, b: mirror }],
    ['a', 'b'],
  ],
])
