/** Tells the calls of a session that it has ended, which SDK v1 does by itself only since 1.26. */
export function abortCalls(core: object): void {
  const controllers: unknown = Reflect.get(core, '_requestHandlerAbortControllers')
  if (!(controllers instanceof Map)) return
  for (const controller of controllers.values()) if (controller instanceof AbortController) controller.abort()
}
