import { hashOf } from '../files/checked-file.ts'

/** Tells sessions apart in logs and traces, but cannot be used as a session id. */
export const sessionHash = (id: string): string => hashOf(id).slice(0, 12)
