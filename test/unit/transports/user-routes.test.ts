import type { Route } from '../../../src/protocol/source.ts'
import { RouteTable } from '../../../src/transports/http/user-routes.ts'
import { table } from '../../support/table.ts'

const route = (path: string, methods = ['GET']): Route => ({ path, methods, handler: () => new Response() })
const routes = new RouteTable([
  route('/users/me'),
  route('/users/:id', ['GET', 'DELETE']),
  route('/users/:id', ['PUT']),
  route('/a/:x/b/:y'),
  route('/files/*'),
  route('/slash/'),
  route('/x.y+(z)'),
  route('/städte/:name'),
  route('/only-head', ['HEAD']),
  route('/:__proto__/proto'),
  route('/'),
])

const found = ([method, path]: readonly [string, string]) => {
  const one = routes.find(method, path)
  return 'route' in one ? [one.route.path, { ...one.params }] : one.allow
}

table('RouteTable.find', found, [
  [['GET', '/users/me'], ['/users/me', {}], 'the first that fits'],
  [
    ['GET', '/users/7'],
    ['/users/:id', { id: '7' }],
  ],
  [
    ['PUT', '/users/7'],
    ['/users/:id', { id: '7' }],
  ],
  [['POST', '/users/7'], ['GET', 'DELETE', 'PUT'], 'the methods that would do'],
  [
    ['HEAD', '/users/7'],
    ['/users/:id', { id: '7' }],
  ],
  [
    ['HEAD', '/only-head'],
    ['/only-head', {}],
  ],
  [['GET', '/only-head'], ['HEAD']],
  [['get', '/users/7'], ['GET', 'DELETE', 'PUT'], 'methods have their own case'],
  [['GET', '/users'], []],
  [['GET', '/users/7/more'], []],
  [
    ['GET', '/a/1/b/2'],
    ['/a/:x/b/:y', { x: '1', y: '2' }],
  ],
  [['GET', '/files'], []],
  [
    ['GET', '/files/a/b.txt'],
    ['/files/*', { '*': 'a/b.txt' }],
  ],
  [['GET', '/slash'], ['/slash/', {}], 'as requests are routed, without the slash at the end'],
  [
    ['GET', '/x.y+(z)'],
    ['/x.y+(z)', {}],
  ],
  [['GET', '/xay+(z)'], [], 'a dot is a dot'],
  [
    ['GET', '/st%C3%A4dte/K%C3%B6ln'],
    ['/städte/:name', { name: 'Köln' }],
  ],
  [
    ['GET', '/users/a%2Fb'],
    ['/users/:id', { id: 'a/b' }],
  ],
  [['GET', '/users/%zz'], ['/users/:id', { id: '%zz' }], 'what cannot be decoded stays as it is'],
  [
    ['GET', '/x/proto'],
    ['/:__proto__/proto', JSON.parse('{"__proto__":"x"}')],
  ],
  [
    ['GET', '/'],
    ['/', {}],
  ],
  [['GET', ''], []],
  [
    ['GET', `/files/${'a/'.repeat(50_000)}b`],
    ['/files/*', { '*': `${'a/'.repeat(50_000)}b` }],
  ],
])
