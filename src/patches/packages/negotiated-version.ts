import { firstModernVersion } from '../../protocol/protocol-versions.ts'

/** Whether a server keeps the version it speaks where it can be set from here. */
export const keepsVersion = (core: object): boolean => '_negotiatedProtocolVersion' in core

/** Lets a server speak the modern era, as the SDK's own entry points do for each request. */
export function speakModern(core: object): void {
  Reflect.set(core, '_negotiatedProtocolVersion', firstModernVersion)
}
