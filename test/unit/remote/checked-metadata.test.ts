import { checkMetadata, isProtected } from '../../../src/remote/login/checked-metadata.ts'
import { refused, table } from '../../support/table.ts'

const elsewhere = 'https://mcp.example/mcp'
const here = 'http://127.0.0.1:8000/mcp'

table(
  'whether an address may be used that a server names,',
  ([address, server]: [string, string]) => isProtected(new URL(address), new URL(server)),
  [
    [['https://login.example/', elsewhere], true],
    [['http://login.example/', elsewhere], false],
    [['http://localhost:9000/', elsewhere], false, 'of this machine, by a server that is not'],
    [['http://127.0.0.1:9000/', elsewhere], false],
    [['http://[::1]:9000/', elsewhere], false],
    [['https://localhost:9000/', elsewhere], true],
    [['http://localhost:9000/', here], true],
    [['http://127.0.0.1:9000/', 'http://app.localhost:8000/'], true],
    [['http://login.example/', here], false],
    [['ftp://localhost/', here], false],
  ],
)

const metadata = (members: Record<string, unknown>) => ({
  issuer: 'https://login.example',
  authorization_endpoint: 'https://login.example/authorize',
  token_endpoint: 'https://login.example/token',
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  ...members,
})

table(
  'what the metadata of a server elsewhere may not name,',
  (members: Record<string, unknown>) => {
    const authorizationServerMetadata = metadata(members)
    const state = { authorizationServerUrl: 'https://login.example', authorizationServerMetadata }
    checkMetadata(state, new URL(elsewhere), true)
    return 'fine'
  },
  [
    [{}, 'fine'],
    [{ authorization_endpoint: 'http://localhost/a' }, refused(/authorization endpoint is not https/)],
    [{ token_endpoint: 'http://127.0.0.1/t' }, refused(/token endpoint is not https/)],
    [{ registration_endpoint: 'http://127.0.0.1/r' }, refused(/registration endpoint is not https/)],
    [{ device_authorization_endpoint: 'http://[::1]/d' }, refused(/device endpoint is not https/)],
    [{ token_endpoint: 'nowhere' }, refused(/token endpoint is not a URL/)],
    [{ code_challenge_methods_supported: [] }, refused(/PKCE/)],
  ],
)
