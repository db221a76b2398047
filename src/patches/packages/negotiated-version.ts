// Patches: `_negotiatedProtocolVersion` of a server that answers one modern request.
// Why: the SDK's own entry sets it too; ours answers ordinary requests several times as fast.
// On: @modelcontextprotocol/server 2.0–2.4.
// Otherwise: all modern requests are left to the SDK's own handler.

import { firstModernVersion } from '../../protocol/protocol-versions.ts'

/** Whether a server keeps the version it speaks where it can be set from here. */
export const keepsVersion = (core: object): boolean => '_negotiatedProtocolVersion' in core

/** Lets a server speak the modern era, as the SDK's own entry points do for each request. */
export function speakModern(core: object): void {
  Reflect.set(core, '_negotiatedProtocolVersion', firstModernVersion)
}
