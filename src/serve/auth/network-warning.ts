import type { Settings } from '../../options/settings.ts'
import type { AuthHook, RemoteHook } from '../../protocol/auth.ts'
import { isLoopback, networkAddress } from '../../transports/http/host-check.ts'
import { WebRequest, WebUrl } from '../../transports/web/web-classes.ts'
import { askHook } from './ask-hook.ts'

/**
 * What to tell whoever makes a server reachable from other machines that serves everybody; nothing when it does not.
 * A hook is asked about a caller who says nothing, since one that admits everybody is no better than none.
 */
export async function networkWarning(
  url: string,
  settings: Settings,
  auth: AuthHook | RemoteHook | undefined,
): Promise<string | undefined> {
  if (isLoopback(settings.host.value) || settings.tokenEnv.value !== undefined) return undefined
  const address = networkAddress()
  const { port, pathname } = new WebUrl(url)
  const where = address ? ` (http://${address}:${port}${pathname})` : ''
  if (!auth) return `reachable from the network without authentication${where}; see --token-env`
  const nobody = new WebRequest(url, { method: 'POST' })
  const outcome = await ('ask' in auth ? auth.ask(nobody) : askHook(auth, nobody))
  if (outcome.kind !== 'known') return undefined
  return `reachable from the network${where}, and its auth hook admits callers without a token; see --token-env`
}
