import { homedir } from 'node:os'
import { execCommand } from '../../../src/remote/program/exec-command.ts'
import { refused, table } from '../../support/table.ts'

const windows = process.platform === 'win32'
const words = (line: string) => {
  const { command, args } = execCommand(line, '', ['--last'])
  return [command, ...args.slice(0, -1)]
}

table('the words of --exec', words, [
  ['python3 server.py', ['python3', 'server.py']],
  ['  a \t b\r\n', ['a', 'b']],
  ['a \'b c\' "d e"', ['a', 'b c', 'd e']],
  ['a "" \'\'', ['a', '', '']],
  ["a b'c d'e", ['a', 'bc de']],
  ['a "it\'s" \'say "x"\'', ['a', "it's", 'say "x"']],
  ["a '\\'", ['a', '\\'], 'between these nothing is special'],
  ['a $HOME *.py', ['a', '$HOME', '*.py'], 'nothing is looked up'],
  ['größe "ü 🚆"', ['größe', 'ü 🚆']],
  ['a \'|\' "&&"', ['a', '|', '&&'], 'what is quoted is no operator'],
  ['a x|y', ['a', 'x|y']],
  ['__proto__ constructor', ['__proto__', 'constructor']],
  ...(windows
    ? ([['C:\\python.exe C:\\a.py', ['C:\\python.exe', 'C:\\a.py']]] as const)
    : ([
        ['a b\\ c', ['a', 'b c']],
        ['a \\"b\\"', ['a', '"b"']],
        ['a "\\"b\\" \\\\ \\$x \\`"', ['a', '"b" \\ $x `']],
        [
          'a "\\d+\\n"',
          ['a', '\\d+\\n'],
          'between these a backslash is one, but before what is special there',
        ],
        ['a \\|', ['a', '|']],
        ['a b\\', ['a', 'b']],
      ] as const)),
  [`a ${'x'.repeat(100_000)}`, ['a', 'x'.repeat(100_000)]],
  ['', refused(/^--exec must be a command/)],
  [' ', refused(/^--exec must be a command/)],
  ['a "b', refused(/^--exec a " is never closed$|^--exec .*"/)],
  ["a 'b", refused(/^--exec .*'/)],
  ['a | b', refused(/^--exec .* \| /)],
  ['a && b', refused(/^--exec .* && /)],
  ['a > b', refused(/^--exec .* > /)],
  ['a 2>&1', refused(/^--exec .* 2>&1 /)],
  ['a ~/', refused(new RegExp(`${homedir()}/`)), 'only a shell knows where that is'],
])

table('--exec beside a spec', (spec: string) => execCommand('a', spec, []).command, [
  ['', 'a'],
  ['server.ts', refused(/server\.ts/)],
])
