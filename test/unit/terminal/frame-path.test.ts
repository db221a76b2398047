import { frameWithPath } from '../../../src/terminal/errors.ts'
import { table } from '../../support/table.ts'

const posix = process.platform !== 'win32'
if (posix)
  table('frameWithPath', frameWithPath, [
    ['    at file:///home/me/M%C3%BCll/a%20b.js:3:5', '    at /home/me/Müll/a b.js:3:5'],
    ['    at run (file:///home/me/a.js:3:5)', '    at run (/home/me/a.js:3:5)'],
    ['    at async file:///a.js:1:1', '    at async /a.js:1:1'],
    ['    at run (/home/me/a.ts:3:5)', '    at run (/home/me/a.ts:3:5)'],
    ['    at node:internal/main:1:2', '    at node:internal/main:1:2'],
    ['    at file://elsewhere/a.js:1:1', '    at file://elsewhere/a.js:1:1', 'of no path here'],
    ['Error: file:///M%C3%BCll', 'Error: file:///M%C3%BCll', 'no frame'],
  ])
