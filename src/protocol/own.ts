import { hasOwn } from './builtins.ts'

/**
 * What an object says under a name that somebody else has chosen: what every object inherits, such as `constructor`,
 * is nothing that it says.
 */
export const own = <T>(object: Readonly<Record<string, T>>, name: string): T | undefined =>
  hasOwn(object, name) ? object[name] : undefined

/** Sets a property whatever it is called: assigned to, `__proto__` would be the object's prototype. */
export function setOwn<T>(object: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}
