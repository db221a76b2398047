/** Whether a failure is that the server could not ask the person who calls: SDKs say so in words alone. */
export const isUnaskable = (text: string): boolean =>
  /\belicitation\b/i.test(text) && /support|capabilit/i.test(text)

/** What to do about it. */
export const unaskableWords = (name: string): string =>
  `${name} asks a question, which cannot be answered without a terminal. Run this command at one.`
