import { clientOf, knownToken, scopesOf } from '../../../src/serve/auth/tokens/checked-token.ts'
import { claimFault } from '../../../src/serve/auth/tokens/introspection-check.ts'
import { metadataAddresses } from '../../../src/serve/auth/tokens/issuer-metadata.ts'
import { table } from '../../support/table.ts'

const rules = { issuer: 'https://i.example', audience: ['a', 'b'], clockTolerance: 5 }
const good = { active: true, aud: 'a', exp: 1000, nbf: 900, iss: 'https://i.example' }
const fault = (claims: Readonly<Record<string, unknown>>) => claimFault({ ...good, ...claims }, rules, 950)

table('claimFault', fault, [
  [{}, undefined],
  [{ active: false }, 'The token is not active'],
  [{ active: 'true' }, 'The token is not active'],
  [{ exp: 946 }, undefined, 'within what clocks may differ'],
  [{ exp: 945 }, 'The token has expired'],
  [{ exp: '1000' }, 'The token has expired'],
  [{ exp: null }, 'The token has expired'],
  [{ exp: undefined }, undefined],
  [{ nbf: 955 }, undefined, 'within what clocks may differ'],
  [{ nbf: 956 }, 'The start of the token is not accepted'],
  [{ nbf: 'soon' }, 'The start of the token is not accepted'],
  [{ iss: 'https://i.example/' }, 'The issuer of the token is not accepted'],
  [{ iss: undefined }, undefined],
  [{ aud: ['x', 'b'] }, undefined],
  [{ aud: ['x'] }, 'The audience of the token is not accepted'],
  [{ aud: [] }, 'The audience of the token is not accepted'],
  [{ aud: undefined }, 'The audience of the token is not accepted'],
  [{ aud: { a: 'a' } }, 'The audience of the token is not accepted'],
])

table('metadataAddresses', metadataAddresses, [
  [
    'https://i.example',
    [
      'https://i.example/.well-known/oauth-authorization-server',
      'https://i.example/.well-known/openid-configuration',
    ],
  ],
  [
    'https://i.example/realms/one/',
    [
      'https://i.example/.well-known/oauth-authorization-server/realms/one',
      'https://i.example/.well-known/openid-configuration/realms/one',
      'https://i.example/realms/one/.well-known/openid-configuration',
    ],
  ],
])

table('scopesOf', scopesOf, [
  [{ scope: 'a  b' }, ['a', 'b']],
  [{ scp: ['a', 'b'] }, ['a', 'b']],
  [{ scope: '', scp: ['a'] }, []],
  [{ scope: 7 }, []],
  [{}, []],
])

table('clientOf', clientOf, [
  [{ client_id: 'c', azp: 'a', sub: 's' }, 'c'],
  [{ azp: 'a', sub: 's' }, 'a'],
  [{ sub: 's' }, 's'],
  [{}, ''],
])

const judged = (required: readonly string[]) =>
  knownToken({ token: 't', clientId: 'c', scopes: ['a', 'b'] }, required).kind

table('knownToken', judged, [
  [[], 'known'],
  [['a'], 'known'],
  [['a', 'c'], 'lacking'],
])
