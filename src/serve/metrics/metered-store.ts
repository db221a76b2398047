import { now } from '../../process/clock.ts'
import type { Store } from '../../store/store.ts'
import type { Metrics } from './metrics.ts'

/** The same store, with its operations timed and its failures counted. */
export function meteredStore(store: Store, metrics: Metrics): Store {
  const timed = async <T>(operation: string, work: Promise<T>): Promise<T> => {
    const begun = now()
    try {
      const result = await work
      if (operation !== 'load' && store.failing) metrics.count('storeErrors', operation)
      return result
    } catch (error) {
      metrics.count('storeErrors', operation)
      throw error
    } finally {
      metrics.observe('storeSeconds', (now() - begun) / 1000, operation)
    }
  }
  return {
    processName: store.processName,
    load: (key) => timed('load', store.load(key)),
    save: (key, record, change) => timed('save', store.save(key, record, change)),
    keep: (key, name, text, again) => timed('keep', store.keep(key, name, text, again)),
    remove: (key) => timed('remove', store.remove(key)),
    renew: (keys) => store.renew(keys),
    onRestored: (listener) => store.onRestored(listener),
    close: () => store.close(),
  }
}
