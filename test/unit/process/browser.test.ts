import { browserCommand } from '../../../src/process/browser.ts'
import { table } from '../../support/table.ts'

table(
  'browserCommand',
  ([platform, env]: [NodeJS.Platform, NodeJS.ProcessEnv]) => browserCommand(env, platform),
  [
    [['linux', { DISPLAY: ':0' }], ['xdg-open']],
    [['linux', { WAYLAND_DISPLAY: 'wayland-0' }], ['xdg-open']],
    [['linux', {}], undefined, 'without a display'],
    [['linux', { BROWSER: 'firefox' }], ['firefox'], 'what is named needs no display'],
    [['darwin', {}], ['open']],
    [['darwin', { BROWSER: 'none' }], undefined, 'is switched off as with Vite'],
    [['darwin', { BROWSER: '' }], undefined],
    [
      ['win32', { SystemRoot: 'D:\\W' }],
      ['D:\\W\\System32\\rundll32.exe', 'url.dll,FileProtocolHandler'],
      'by its full path',
    ],
  ],
)
