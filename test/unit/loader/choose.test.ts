import { type Choice, choose, exportsLine, kindOf } from '../../../src/loader/choose.ts'
import { sourceKey } from '../../../src/process/runner-hook.ts'
import { refused, table } from '../../support/table.ts'

const own = { [sourceKey]: () => undefined }
const runnable = { run: () => undefined }
const factory = () => own
class Server {}

type Exports = Record<string, unknown>

const chosen = ([exports, name, caught]: readonly [Exports, (string | undefined)?, Choice[]?]) => {
  const choice = choose(exports, name, 'server.ts', caught)
  return choice && `${choice.kind} ${choice.exportName}`
}
const started: Choice = { kind: 'factory', exportName: 'caught', factory: factory as never }

table('choose', chosen, [
  [[{}], undefined],
  [[{ other: own }], 'own other', 'the only one'],
  [[{ default: own, app: own, server: own, mcp: own }], 'own mcp'],
  [[{ default: own, server: own }], 'own server'],
  [[{ mcp: runnable, default: own }], 'own default', 'a FastMCP before other servers'],
  [[{ app: runnable, default: runnable }], 'runnable app'],
  [[{ createServer: factory }], 'factory createServer'],
  [[{ default: factory, createServer: factory }], 'factory createServer'],
  [[{ default: Server }], undefined, 'a class is no factory'],
  [[{ other: factory }], undefined],
  [[{ a: own, b: own }], 'own a', 'the same under two names'],
  [[{ createServer: factory }, undefined, [started]], 'factory caught'],
  [[{ mcp: own }, undefined, [started]], 'own mcp'],
  [[{ a: own, b: { [sourceKey]: () => undefined } }], refused(/^several servers in server\.ts/)],
  [[{ a: own }, 'a'], 'own a'],
  [[{ a: factory }, 'a'], 'factory a'],
  [[{ a: 1 }, 'a'], refused(/"a" is number/)],
  [[{ a: own }, 'b'], refused(/has no export "b"/)],
  [[{ a: own }, 'constructor'], refused(/has no export "constructor"/)],
  [[{ a: own }, '__proto__'], refused(/has no export "__proto__"/)],
  [[{ a: own }, ''], refused(/has no export ""/)],
])

table('kindOf', kindOf, [
  [null, 'null'],
  [undefined, 'undefined'],
  [[], 'a list'],
  [{}, 'object'],
  [() => 1, 'function'],
  [Server, 'class'],
  [1n, 'bigint'],
])

table('exportsLine', exportsLine, [
  [{}, '  exports   nothing'],
  [{ __esModule: true, a: 1, default: Server }, '  exports   a (number), default (class)'],
])
