/** What a line of the log says of how much it matters, and from which on lines are wanted. */
export const logLevels = ['debug', 'info', 'warning', 'error', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]
