import { truncated } from '../../../src/protocol/truncated-message.ts'
import { table } from '../../support/table.ts'

table('truncated', ([head, tail]: readonly [string, string]) => truncated(head, tail), [
  [
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"a":"x', 'xxx"}}'],
    { method: 'tools/call', id: 1 },
  ],
  [['{"params":{"a":"xx', 'xx"},"method":"ping","id":"a","jsonrpc":"2.0"}'], { method: 'ping', id: 'a' }],
  [['{"jsonrpc":"2.0","method":"note","params":{"a":"xx', 'xx"}}'], { method: 'note' }],
  [['{"jsonrpc":"2.0","id":7,"result":{"a":"xx', 'xx"}}'], { id: 7 }],
  [['{"jsonrpc":"2.0","result":{"a":"xx', 'xx"}}'], { unknown: true }, 'an answer to nobody knows what'],
  [
    [' {"id" : 1 , "result" : {"a":"xx', 'xx"} , "jsonrpc" : "2.0" }\r\n'],
    { unknown: true },
    'a space before it',
  ],
  [['{"id" : 1 , "result" : {"a":"xx', 'xx"} , "jsonrpc" : "2.0" }\r\n'], { id: 1 }],
  [['{"id":1.5,"result":{"a":"xx', 'xx"}}'], { unknown: true }],
  [['{"id":null,"result":{"a":"xx', 'xx"}}'], { unknown: true }],
  [['{"result":{"id":1,"a":"xx', 'xx"}}'], { unknown: false }, 'an id that is not the message’s own'],
  [['{"result":{"a":"xx', 'xx","id":1}}'], { unknown: false }, 'nor at the end'],
  [['{"id":"a\\"b","result":{"a":"xx', 'xx"}}'], { id: 'a"b' }],
  [['{"__proto__":{"id":1},"a":"xx', 'xx"}'], { unknown: false }],
  [['', ''], { unknown: false }],
  [['garbage', 'more'], { unknown: false }],
])
