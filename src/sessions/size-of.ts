/**
 * About how many characters of JSON a parsed value takes; no more than a little above `enough`, where counting ends.
 * Without recursion, since clients nest their messages as deeply as they like.
 */
export function sizeOf(value: unknown, enough = Number.POSITIVE_INFINITY): number {
  const left: unknown[] = [value]
  let size = 0
  while (left.length > 0 && size <= enough) {
    const one = left.pop()
    if (typeof one === 'string') size += one.length + 2
    else if (typeof one === 'object' && one !== null) {
      size += 2
      for (const [key, member] of Object.entries(one)) {
        size += key.length + 4
        left.push(member)
      }
    } else size += 5
  }
  return size
}
