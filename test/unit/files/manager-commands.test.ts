import { type ManagerName, programCommand, scriptCommand } from '../../../src/files/package-manager.ts'
import { table } from '../../support/table.ts'

type Words = readonly [ManagerName, string]

table('scriptCommand', ([manager, script]: Words) => scriptCommand(manager, script), [
  [['npm', 'dev'], 'npm run dev'],
  [['npm', 'test'], 'npm test'],
  [['npm', 'start'], 'npm start'],
  [['pnpm', 'dev'], 'pnpm dev'],
  [['yarn', 'test'], 'yarn test'],
  [['yarn', 'dev'], 'yarn dev'],
  [['yarn', 'check'], 'yarn run check', 'which has a check of its own'],
  [['pnpm', 'check'], 'pnpm check'],
  [['bun', 'test'], 'bun run test', 'which is not bun’s own'],
])

table('programCommand', ([manager, words]: Words) => programCommand(manager, words), [
  [['npm', 'fastmcp dev'], 'npx fastmcp dev'],
  [['pnpm', 'fastmcp dev'], 'pnpm exec fastmcp dev'],
  [['yarn', 'fastmcp dev'], 'yarn fastmcp dev'],
  [['bun', 'fastmcp dev'], 'bunx fastmcp dev'],
])
