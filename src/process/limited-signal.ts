/**
 * A signal that is aborted with another, or after so many milliseconds with a `TimeoutError`. On Node 20 the signal of a
 * timeout that only `AbortSignal.any` knows of may be collected before its time, and then there is no limit.
 */
export function limitedSignal(milliseconds: number, other: AbortSignal): AbortSignal {
  const limited = new AbortController()
  const late = () => limited.abort(new DOMException('The operation took too long', 'TimeoutError'))
  const timer = setTimeout(late, milliseconds).unref()
  const stop = () => limited.abort(other.reason)
  if (other.aborted) stop()
  other.addEventListener('abort', stop, { once: true })
  limited.signal.addEventListener('abort', () => {
    clearTimeout(timer)
    other.removeEventListener('abort', stop)
  })
  return limited.signal
}
