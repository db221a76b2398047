import type { Member } from '../../../src/remote/several/member.ts'
import { memberPrefixes, unprefixed } from '../../../src/remote/several/merged-lists.ts'
import { table } from '../../support/table.ts'

table('memberPrefixes', memberPrefixes, [
  [[], []],
  [
    ['weather', 'notes'],
    ['weather_', 'notes_'],
  ],
  [
    ['my server', 'my/server'],
    ['my-server_', 'my-server-2_'],
  ],
  [['a', 'a', 'a-2'], ['a_', 'a-2_', 'a-2-2_'], 'no two alike'],
  [
    ['', '🚆', '--'],
    ['server_', 'server-2_', 'server-3_'],
  ],
  [['städte'], ['st-dte_']],
  [
    ['__proto__', 'constructor'],
    ['__proto___', 'constructor_'],
  ],
  [['x'.repeat(100)], [`${'x'.repeat(32)}_`]],
  [
    ['x'.repeat(40), 'x'.repeat(41)],
    [`${'x'.repeat(32)}_`, `${'x'.repeat(32)}-2_`],
  ],
])

const members = ['a_', 'a_b_', 'server_'].map((prefix) => ({ prefix }) as Member)
const owner = (name: string) => {
  const found = unprefixed(members, name)
  return found && [found.member.prefix, found.name]
}

table('unprefixed', owner, [
  ['a_tool', ['a_', 'tool']],
  ['a_b_tool', ['a_b_', 'tool'], 'the longest that fits'],
  ['a_b', ['a_', 'b']],
  ['server_', ['server_', '']],
  ['A_tool', undefined],
  ['tool', undefined],
  ['', undefined],
])
