const units = ['bytes', 'KiB', 'MiB', 'GiB']

/** Bytes in words: `16 MiB`, `1.5 KiB`, `300 bytes`. */
export function byteWords(bytes: number): string {
  let rest = bytes
  let unit = 0
  // As it is shown: what is rounded up to 1024 is 1 of the next.
  for (; tenths(rest) >= 1024 && unit < units.length - 1; unit++) rest /= 1024
  return `${tenths(rest)} ${units[unit]}`
}

const tenths = (value: number) => Math.round(value * 10) / 10
