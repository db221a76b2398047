import { checkedRoute } from '../../../src/library/mount/route-check.ts'
import { refused, table } from '../../support/table.ts'

const handler = () => new Response()
const there = [{ path: '/there', methods: ['GET', 'POST'], handler }]
const methods = ([path, options = {}]: readonly [string, { methods?: string[]; auth?: boolean }?]) => {
  const route = checkedRoute(path, options, handler, there)
  return [route.path, route.methods, route.auth ?? false]
}

table('checkedRoute', methods, [
  [['/'], ['/', ['GET'], false]],
  [
    ['/users/:id', { methods: ['post', 'Put'], auth: true }],
    ['/users/:id', ['POST', 'PUT'], true],
  ],
  [['/files/*'], ['/files/*', ['GET'], false]],
  [['/städte'], ['/städte', ['GET'], false]],
  [
    ['/there', { methods: ['DELETE'] }],
    ['/there', ['DELETE'], false],
  ],
  [['/mcp/more'], ['/mcp/more', ['GET'], false]],
  [['/__proto__'], ['/__proto__', ['GET'], false]],
  [[''], refused(/must begin with \/, not ""$/)],
  [['users'], refused(/must begin with \//)],
  [['/a?b'], refused(/must begin with \//)],
  [['/a b'], refused(/must begin with \//)],
  [['/a\r\nb'], refused(/must begin with \//)],
  [['/mcp'], refused(/^customRoute: \/mcp is served by the runner/)],
  [['/mcp/'], refused(/is served by the runner/)],
  [['/.fastmcp/status'], refused(/is served by the runner/)],
  [['/a/*/b'], refused(/\* must be the last/)],
  [['/a*'], refused(/\* must be the last/)],
  [['/a', { methods: [] }], refused(/has the method \(none\)/)],
  [['/a', { methods: ['constructor'] }], refused(/has the method CONSTRUCTOR/)],
  [['/there'], refused(/already registered/)],
  [['/there', { methods: ['PUT', 'post'] }], refused(/already registered/)],
])

table(
  'checkedRoute, without a handler,',
  (one: unknown) => checkedRoute('/a', {}, one as typeof handler, []),
  [
    [undefined, refused(/\/a has no handler$/)],
    [{}, refused(/\/a has no handler$/)],
  ],
)
