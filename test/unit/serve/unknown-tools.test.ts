import { unknownTools } from '../../../src/serve/auth/unknown-tools.ts'
import { table } from '../../support/table.ts'

const says = (name: string) => `--tool-scopes names the tool ${name}, which the server does not have.`

table('unknownTools', (names: readonly string[]) => unknownTools({ forcast: ['a'], radar: ['b'] }, names), [
  [['forcast', 'radar', 'more'], []],
  [['forecast', 'radar'], [`${says('forcast')} Did you mean forecast?`]],
  [[], [says('forcast'), says('radar')]],
])
