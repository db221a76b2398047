import { connectionWords } from '../../process/proxy/proxy-fault.ts'
import { messageOf } from '../../terminal/errors.ts'
import { nextCommand, shellWord } from '../../terminal/shell-command.ts'

/** Why a login failed, as one line that may be shown. */
export class LoginFault extends Error {
  override readonly name = 'LoginFault'
}

/** The user must log in, and the caller asked to be told rather than to wait. */
export class LoginNeeded extends LoginFault {
  constructor(url: string) {
    super(`401: it asks for a login: ${nextCommand(`login ${shellWord(url)}`)}`)
  }
}

/** The message for an authorization server's error, without its response, which may contain a secret. */
export function faultWords(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  const code: unknown = Reflect.get(Object(error), 'code')
  if (name === 'TimeoutError') return 'the authorization server did not answer in time'
  if (name === 'IssuerMismatchError' || name === 'AuthorizationServerMismatchError')
    return 'the login was refused: its issuer is not the authorization server that was asked'
  if (name === 'RegistrationRejectedError')
    return `its authorization server refused to register a client (${refusalOf(error)}); ${clientWords}`
  if (/dynamic client registration/.test(messageOf(error)))
    return `its authorization server does not register clients; ${clientWords}`
  if (name === 'OAuthError' && typeof code === 'string')
    return `the authorization server refused (${printed(code)})`
  const connection = connectionWords(error)
  if (connection !== undefined) return `the authorization server cannot be reached: ${connection}`
  const text = messageOf(error)
  // A JSON parse error quotes the response, which may be the token itself.
  const isAnswer = name === 'SyntaxError' || /Raw body|^\s*[[{]/.test(text)
  return `the login failed: ${isAnswer ? 'the authorization server sent what is not OAuth' : printed(text)}`
}

const clientWords = 'give one with --client-id or --client-metadata-url'

/** The error code of a refusal (RFC 7591, 3.2.2), or its status. */
function refusalOf(error: unknown): string {
  const [, code] = /"error"\s*:\s*"([\w.-]{1,60})"/.exec(String(Reflect.get(Object(error), 'body'))) ?? []
  return code ?? String(Reflect.get(Object(error), 'status'))
}

/** Untrusted text on one line, sanitised and shortened. */
export const printed = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)
