/** Somebody wants this process to end; it is told once what it is writing is whole. */
export interface StopRequest extends Disposable {
  readonly signal: AbortSignal
}

/** Heeds Ctrl-C and SIGTERM from now on, instead of ending in the middle of whatever is done. */
export function catchStopSignals(): StopRequest {
  const abort = new AbortController()
  const stop = () => abort.abort()
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return {
    signal: abort.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  }
}
