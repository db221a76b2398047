import { checkedFolder, checkedName } from '../../../src/scaffold/project-folder.ts'
import { refused, table } from '../../support/table.ts'

table('checkedName', checkedName, [
  ['weather', 'weather'],
  ['a', 'a'],
  ['my-server_2.0', 'my-server_2.0'],
  ['x'.repeat(214), 'x'.repeat(214)],
  ['__proto__', refused(/"__proto__"/)],
  ['constructor', 'constructor'],
  ['', refused(/""/)],
  ['Weather', refused(/"Weather"/)],
  ['my server', refused(/"my server"/)],
  ['@scope/name', refused(/"@scope\/name"/)],
  ['../evil', refused(/"\.\.\/evil"/)],
  ['.hidden', refused(/"\.hidden"/)],
  ['a.', refused(/"a\."/)],
  ['städte', refused(/"städte"/)],
  ['node_modules', refused(/npm/)],
  ['favicon.ico', refused(/npm/)],
  ['con', refused(/Windows/)],
  ['LPT1.txt', refused(/Windows/)],
  ['a\r\nb', refused(/"a\?\?b"/)],
  ['x'.repeat(215), refused(/214/)],
])

const near = (name: string) => {
  try {
    return checkedName(name)
  } catch (error) {
    const [details = ''] = (error as { details: string[] }).details
    return details.trim().split(' ')[0]
  }
}

table('what checkedName suggests', near, [
  ['My Server!', 'my-server'],
  ['Städte & Größen', 'stadte-gro-en'],
  ['@scope/name', 'scope-name'],
  ['..a..', 'a'],
  ['NUL', '', 'nothing: that is a device'],
  ['🚆', ''],
])

const posix = process.platform !== 'win32'
table('checkedFolder', (typed: string) => checkedFolder(typed, posix ? '/home/me' : 'C:\\me'), [
  ...(posix
    ? ([
        ['weather', '/home/me/weather'],
        ['.', '/home/me'],
        ['', '/home/me'],
        ['a/b/', '/home/me/a/b'],
        ['../other', '/home/other'],
        ['/srv/größe', '/srv/größe'],
        ['/con/weather', '/con/weather', 'folders that are elsewhere are not ours to judge'],
      ] as const)
    : []),
  ['~/weather', refused(/~/)],
  ['a\0b', refused(/"a\?b"/)],
  ['a\nb', refused(/"a\?b"/)],
  ['con', refused(/"con"/)],
  ['a/nul.txt/b', refused(/"nul\.txt"/)],
  ['a /b', refused(/"a "/)],
  ['a.', refused(/"a\."/)],
  ['ü'.repeat(128), refused(/cannot be a folder|not a valid/)],
])
