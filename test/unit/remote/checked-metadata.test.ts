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
    [['https://localhost:9000/', elsewhere], false, 'even where nobody can read it on the way'],
    [['https://localhost.:9000/', elsewhere], false],
    [['https://127.1/', elsewhere], false],
    [['https://0x7f000002/', elsewhere], false],
    [['https://[::ffff:127.0.0.1]/', elsewhere], false],
    [['https://0.0.0.0/', elsewhere], false],
    [['https://169.254.169.254/latest', elsewhere], false, 'where clouds tell a machine its secrets'],
    [['https://[fe80::1]/', elsewhere], false],
    [['https://[fd00:ec2::254]/', elsewhere], false],
    [['https://10.0.0.7/', elsewhere], true, 'as a server of the same company names it'],
    [['https://localhost:9000/', here], true],
    [['https://bank.example@evil.example/', elsewhere], false, 'which reads as another host'],
    [['javascript:alert(1)', elsewhere], false],
    [['javascript:alert(1)', here], false],
    [['file:///etc/passwd', here], false],
    [['data:text/html,x', here], false],
    [[`https://login.example/${'x'.repeat(9_000)}`, elsewhere], false, 'which no program takes'],
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
    [{ token_endpoint: 'https://localhost/t' }, refused(/token endpoint is on this machine/)],
    [
      { authorization_endpoint: 'https://a@login.example/' },
      refused(/authorization endpoint has a user name in it/),
    ],
    [{ authorization_endpoint: 'javascript:alert(1)' }, refused(/authorization endpoint is not https/)],
    [{ token_endpoint: 'nowhere' }, refused(/token endpoint is not a URL/)],
    [{ code_challenge_methods_supported: [] }, refused(/PKCE/)],
  ],
)
