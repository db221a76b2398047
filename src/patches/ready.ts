import { Capture, captureKey } from './capture.ts'
import { instrumentModules } from './hooks.ts'

let ready: Capture | undefined

/**
 * Makes this process ready to catch what a module starts, whichever module it will be. It has to come before anything
 * of an SDK is loaded, since what has been loaded cannot be instrumented any more.
 */
export function readyCapture(): Capture {
  instrumentModules(new URL('./capture-hooks.js', import.meta.url))
  ready ??= new Capture()
  Reflect.set(globalThis, captureKey, ready)
  return ready
}

/** The capture for one module, which has heard of everything loaded since the process was made ready. */
export function takeCapture(): Capture {
  const capture = readyCapture()
  ready = undefined
  return capture
}
