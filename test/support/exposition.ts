import assert from 'node:assert/strict'
import type { Started } from './program.ts'
import { send } from './raw-http.ts'

/** What Prometheus would read: a value by the name and labels of its series, and the type of each metric. */
export interface Scraped {
  readonly text: string
  readonly series: ReadonlyMap<string, number>
  readonly types: ReadonlyMap<string, string>
}

const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\n"])*"`
const sample = new RegExp(String.raw`^([a-zA-Z_:][\w:]*)(\{${label}(?:,${label})*\})? (\S+)$`)

/** Reads the text format 0.0.4, and fails at whatever is not of it. */
export function readExposition(text: string): Scraped {
  assert.ok(text.endsWith('\n') && !text.includes('\n\n') && !text.includes('\r'))
  const series = new Map<string, number>()
  const types = new Map<string, string>()
  let current = ''
  for (const line of text.trimEnd().split('\n')) {
    const help = /^# HELP ([a-zA-Z_:][\w:]*) \S/.exec(line)
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram)$/.exec(line)
    if (help) current = help[1] ?? ''
    else if (type) {
      assert.equal(type[1], current, 'HELP and TYPE of a metric stand together')
      assert.ok(!types.has(current), `${current} has one type`)
      types.set(current, type[2] ?? '')
    } else {
      const [, name = '', labels = '', value = ''] = sample.exec(line) ?? assert.fail(line)
      const histogram = types.get(current) === 'histogram'
      assert.ok(name === current || (histogram && name.replace(/_(bucket|sum|count)$/, '') === current), line)
      assert.ok(!Number.isNaN(Number(value)), line)
      assert.ok(!series.has(name + labels), `${name}${labels} is there twice`)
      series.set(name + labels, Number(value))
    }
  }
  return { text, series, types }
}

/** Asks a server that says where its metrics are. */
export async function scrape(server: Started): Promise<Scraped> {
  const [, url = ''] = await server.until(/metrics on ([^\s"]+)/)
  const { status, headers, text } = await send(new URL(url), { method: 'GET' })
  assert.equal(status, 200, text)
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  return readExposition(text)
}
