// What decides who comes in asks these and not the objects themselves: code of the user's may have replaced their methods by
// the time that callers come. They are as they were when this was loaded, which is before that code.
const { bind, call } = Function.prototype

/** A method as a function that takes its object first, and finds no property of it by name. */
const free = bind.bind(call) as <Self, Args extends unknown[], Result>(
  method: (this: Self, ...args: Args) => Result,
) => (self: Self, ...args: Args) => Result

export const mapGet: <K, V>(map: ReadonlyMap<K, V>, key: K) => V | undefined = free(Map.prototype.get)
export const mapSet: <K, V>(map: Map<K, V>, key: K, value: V) => void = free(Map.prototype.set)
export const setHas: <T>(set: ReadonlySet<T>, value: T) => boolean = free(Set.prototype.has)

export const { hasOwn, getPrototypeOf } = Object
export const { get } = Reflect
export const { isArray } = Array
export const { isFinite: isFiniteNumber } = Number
