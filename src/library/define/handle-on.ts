import type { Handle } from './definitions.ts'

interface Registered {
  readonly enabled: boolean
  enable(): void
  disable(): void
  remove(): void
}

/** Our handle over the official server's, which speaks of its own kind of handlers. */
export function handleOn<Changes>(
  registered: Registered,
  update: (changes: Changes) => void,
): Handle<Changes> {
  return {
    get enabled() {
      return registered.enabled
    },
    update,
    enable: () => registered.enable(),
    disable: () => registered.disable(),
    remove: () => registered.remove(),
  }
}
