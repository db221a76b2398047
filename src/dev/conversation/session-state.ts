/** Keeps a text for a session, over all generations that serve it. */
export function keepState(
  state: Map<string, string> | undefined,
  key: string,
  text: string | undefined,
): void {
  try {
    if (text === undefined) state?.delete(key)
    else state?.set(key, text)
  } catch {
    // Beyond what is kept for all sessions together: the generation has it, and the next one will not.
  }
}
