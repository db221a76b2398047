import { nearest } from '../../../src/terminal/nearest.ts'
import { table } from '../../support/table.ts'

const flags = ['--port', '--path', '--host', '--help', '--transport']

table('nearest', ([word, candidates]: readonly [string, readonly string[]]) => nearest(word, candidates), [
  [['--prot', flags], '--port', 'neighbours swapped'],
  [['--prt', flags], '--port', 'a letter left out'],
  [['--poort', flags], '--port', 'a letter too many'],
  [['--part', flags], '--port', 'the first of two that are as near'],
  [['--PORT', flags], '--port'],
  [['--tranpsrot', flags], '--transport', 'the longer the word, the more may be wrong'],
  [['env', ['ENV']], 'ENV'],
  [['--color', flags], undefined],
  [['', flags], undefined],
  [['--port', []], undefined],
  [['städte', ['stadte', 'cities']], 'stadte'],
  [['__proto__', ['constructor', '__proto_']], '__proto_'],
  [['x'.repeat(100_000), flags], undefined, 'a huge word'],
])
