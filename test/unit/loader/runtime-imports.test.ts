// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are sources.
import { withRuntimeImports } from '../../../src/loader/runtime-imports.ts'
import { table } from '../../support/table.ts'

const ours = "globalThis[Symbol.for('fastmcp.import')](import.meta.url,"

table('withRuntimeImports', withRuntimeImports, [
  ['await import(name)', `await ${ours}name)`],
  ['import (name)', `${ours}name)`],
  ['import(`${folder}/a.ts`)', `${ours}\`\${folder}/a.ts\`)`],
  ['import(/* webpackIgnore: true */ name)', `${ours}/* webpackIgnore: true */ name)`],
  ["import('./a.ts')", "import('./a.ts')"],
  ['import("./a.ts")', 'import("./a.ts")'],
  ['import(`./${name}.ts`)', 'import(`./${name}.ts`)', 'which the compiler sees to'],
  ["import(/* a */ './a.ts')", "import(/* a */ './a.ts')"],
  ["import a from './a.ts'", "import a from './a.ts'"],
  ['import.meta.url', 'import.meta.url'],
  ['object.import(name)', 'object.import(name)'],
  ['$import(name)', '$import(name)'],
  ['reimport(name)', 'reimport(name)'],
  ['import()', 'import()'],
  ['', ''],
])
