// Has an agent's client list the tools and call one at each place: node visit.mjs folder-of-packages client.mjs places
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, client, places] = process.argv.slice(2)
const required = createRequire(join(modules, 'here.js'))
const load = (name) => import(pathToFileURL(required.resolve(name)).href)
const { visit } = await import(pathToFileURL(resolve(client)).href)

for (const place of JSON.parse(places)) {
  const came = await visit(place, load).catch((error) => ({ fault: String(error) }))
  console.log(JSON.stringify({ name: place.name, ...came }))
}
// Some clients keep what they have started for a while.
process.exit(0)
