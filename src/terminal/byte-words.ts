const units = ['bytes', 'KiB', 'MiB', 'GiB']

/** Bytes in words: `16 MiB`, `1.5 KiB`, `300 bytes`. */
export function byteWords(bytes: number): string {
  let rest = bytes
  let unit = 0
  for (; rest >= 1024 && unit < units.length - 1; unit++) rest /= 1024
  return `${Math.round(rest * 10) / 10} ${units[unit]}`
}
