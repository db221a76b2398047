import { readFileSync } from 'node:fs'
import { FastMCP, isMain } from 'fastmcp-cli'
import { z } from 'zod'

interface City {
  name: string
  country: string
  /** Degrees Celsius at noon, one for each coming day. */
  days: number[]
}

const cities: City[] = JSON.parse(readFileSync(new URL('./data/cities.json', import.meta.url), 'utf8'))

function cityNamed(name: string): City {
  const city = cities.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (!city) throw new Error(`no weather for ${name}; available: ${cities.map((one) => one.name).join(', ')}`)
  return city
}

export const mcp = new FastMCP({
  name: 'weather',
  version: '1.2.0',
  instructions: 'Forecasts for a few cities, from data in this folder.',
})

mcp.tool(
  {
    name: 'forecast',
    description: 'The weather of the coming days in a city',
    input: z.object({ city: z.string(), days: z.number().int().min(1).max(5).default(3) }),
    output: z.object({ city: z.string(), degrees: z.array(z.number()) }),
  },
  ({ city, days }) => {
    const found = cityNamed(city)
    return { city: found.name, degrees: found.days.slice(0, days) }
  },
)

mcp.tool({ name: 'survey', description: 'Compares all cities, reporting progress' }, async (_args, ctx) => {
  let warmest = cities[0]
  for (const [index, city] of cities.entries()) {
    if (ctx.signal.aborted) return 'stopped'
    if ((city.days[0] ?? 0) > (warmest?.days[0] ?? 0)) warmest = city
    await ctx.log.info(`looked at ${city.name}`)
    await ctx.progress(index + 1, cities.length, city.name)
  }
  return `${warmest?.name} is the warmest, ${ctx.client?.name ?? 'friend'}`
})

mcp.tool({ name: 'trip', description: 'Asks where to go, and says what to expect' }, async (_args, ctx) => {
  const answer = await ctx.elicit('Where do you want to go?', z.object({ city: z.string() }))
  return answer.action === 'accept' ? `${cityNamed(answer.data.city).days[0]} degrees` : 'stay at home'
})

mcp.tool(
  { name: 'whoami', description: 'The name of the client that calls' },
  (_args, ctx) => ctx.client?.name ?? 'nobody',
)

mcp.resource(
  {
    uri: 'weather://cities/{name}',
    name: 'city',
    description: 'What is known of a city',
    mimeType: 'application/json',
  },
  ({ name = '' }) => JSON.stringify(cityNamed(name)),
)

mcp.prompt(
  { name: 'packing', description: 'What to pack for a trip', input: z.object({ city: z.string() }) },
  ({ city }) => `What should I pack for three days in ${city}? Use the forecast tool first.`,
)

mcp.customRoute('/cities/:name', (_request, { params }) => Response.json(cityNamed(params.name ?? '')))

if (isMain(import.meta)) await mcp.run()
