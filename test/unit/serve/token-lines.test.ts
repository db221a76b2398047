import { digestOf } from '../../../src/protocol/digest.ts'
import { namedTokens } from '../../../src/serve/auth/token-lines.ts'
import { refused, table } from '../../support/table.ts'

const foundIn = (text: string) => {
  const tokens = namedTokens(text)
  return ['one', 'two'].map((token) => tokens.get(digestOf(token)))
}

/** The names that two tokens have in a file. */
const namesIn = (text: string) => foundIn(text).map((found) => found?.name)

/** The scopes of the first of them. */
const scopesIn = (text: string) => foundIn(text)[0]?.scopes

table('the scopes of a token of a file', scopesIn, [
  ['ann=one\n', []],
  ['ann=one scope=read\n', ['read']],
  ['ann = one   scope=read notes:write\n', ['read', 'notes:write']],
  ['ann=one scope=read\nann=one scope=read\n', ['read'], 'the same line twice'],
  ['ann=one scope=read\nann=one\n', refused(/^line 2: its token has other scopes in an earlier line$/)],
  ['ann=one scope=\n', refused(/^line 1: a scope has characters that scopes cannot have/)],
  ['ann=one scope="read"\n', refused(/^line 1: a scope has characters/)],
  ['ann=one scopes=read\n', refused(/^line 1: its token has characters that cannot be sent/)],
  ['ann=scope=read\n', refused(/^line 1: its token has characters/)],
])

table('the tokens of a file', namesIn, [
  ['ann=one\n', ['ann', undefined]],
  ['ann=one\nbob=two\n', ['ann', 'bob']],
  ['ann=one\r\nbob=two\r\n', ['ann', 'bob']],
  ['# old\n\n ann = one \nann=two\n', ['ann', 'ann'], 'several of one name, and what says nothing'],
  ['ann=one\nann=one\n', ['ann', undefined], 'the same line twice'],
  ['ann=one\n  ', ['ann', undefined]],
  ['__proto__=one\n', refused(/^line 1: it is not NAME=token$/)],
  ['constructor=one\n', ['constructor', undefined]],
  ['', refused(/holds no token/)],
  ['# ann=one\n', refused(/holds no token/)],
  ['ann=one', refused(/^line 1: it does not end with a newline$/)],
  ['ann=one\nbob=tw', refused(/^line 2: it does not end with a newline$/)],
  ['ann=one\nbob=\n', refused(/^line 2: it has no token$/)],
  ['one\n', refused(/^line 1: it is not NAME=token$/), 'a token alone is not repeated'],
  ['ann=one\n\nbob=two words\n', refused(/^line 3: its token has characters that cannot be sent/)],
  ['ann=one\nbob=one\n', refused(/^line 2: its token belongs to another name already$/)],
  ['ann=one\u0000\u0000\n', refused(/^line 1: its token has characters/), 'what a crash leaves behind'],
])
