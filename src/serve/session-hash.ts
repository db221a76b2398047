import { hashOf } from '../files/checked-file.ts'

/** Tells sessions apart in logs and traces; nobody can use it as one. */
export const sessionHash = (id: string): string => hashOf(id).slice(0, 12)
