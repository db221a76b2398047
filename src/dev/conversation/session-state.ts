/** Stores a session value across the generations that serve it. */
export function keepState(
  state: Map<string, string> | undefined,
  key: string,
  text: string | undefined,
): void {
  try {
    if (text === undefined) state?.delete(key)
    else state?.set(key, text)
  } catch {
    // The budget of all sessions is exhausted: this generation has the value, the next one will not.
  }
}
