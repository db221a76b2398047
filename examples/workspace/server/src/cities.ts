import data from '../../../data/cities.json'

export const names = data.map((one) => one.name)

/** @throws Error for a city that is not in the data. */
export function tomorrow(city: string): number {
  const degrees = data.find((one) => one.name === city)?.days[0]
  if (degrees === undefined) throw new Error(`no weather for ${city}; available: ${names.join(', ')}`)
  return degrees
}
