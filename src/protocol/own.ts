import { hasOwn } from './builtins.ts'

/** An own property by an untrusted name: inherited ones, such as `constructor`, do not count. */
export const own = <T>(object: Readonly<Record<string, T>>, name: string): T | undefined =>
  hasOwn(object, name) ? object[name] : undefined

/** Sets a property of any name: assigning to `__proto__` would change the prototype. */
export function setOwn<T>(object: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}
