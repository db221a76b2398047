import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Finding, findingsCount } from '../client/lint/finding.ts'
import { reportLines, sorted } from '../client/lint/report.ts'
import {
  introduction,
  type Offers,
  offersCount,
  offersText,
  refusedWords,
  type Survey,
  sayFailures,
  surveyOffers,
  typedServer,
  unanswered,
} from '../client/offers.ts'
import { shownJson } from '../client/shown-json.ts'
import type { Target } from '../client/target/use-client.ts'
import { withTarget } from '../client/target/with-target.ts'
import { makeFolder } from '../files/make-folder.ts'
import { inspectOptions } from '../options/client-options.ts'
import { parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
import { countConsoleNoise } from '../patches/node/console-noise.ts'
import type { ServerSource } from '../protocol/source.ts'
import { CliError, exitCodes, messageOf, usageError } from '../terminal/errors.ts'
import { answerText, column, say, writeError } from '../terminal/output.ts'
import { oneLine, printable } from '../terminal/printable.ts'

/** `fastmcp inspect`: all that a server says of itself, for people or as JSON. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, inspectOptions)
  if (line.help) return printHelp({ usage, options: inspectOptions, ending })
  const [spec = '', ...extra] = line.words
  if (extra.length > 0) throw usageError(`one server at a time; unexpected argument ${shown(extra[0] ?? '')}`)
  const values = valuesOf(inspectOptions, line.given, process.env)
  const noise = values.check ? countConsoleNoise() : () => 0
  return withTarget(spec, { ...line, ...values, access: values }, async (target) => {
    const survey = await surveyOffers(target.client, values.timeout * 1000).catch((error: unknown) => {
      throw unanswered(target.label, error, values.timeout)
    })
    const about = { ...introduction(target.client), eras: await erasOf(target) }
    const findings = values.check ? await lint(survey, about, noise(), target) : undefined
    const { offers } = survey
    const json = `${shownJson({ ...about, ...offers, ...(findings && { findings }) })}\n`
    if (values.output !== undefined) writeReport(values.output, json)
    if (values.json) await target.print(json)
    else if (values.output === undefined) await target.print(answerText(reportText(target, about, offers)))
    const code = sayFailures(survey)
    if (findings) return check(findings, target) || code
    const refused = refusedWords(survey, typedServer(spec, values.exec))
    if (refused) say(refused)
    return code
  })
}

type Introduction = ReturnType<typeof introduction> & { eras: Record<string, string> }

/** The protocol eras a server speaks: by itself, or through the runner. The one not spoken here is tried. */
async function erasOf({ source, client, speaks }: Target): Promise<Record<string, string>> {
  if (source) return erasOfSource(source)
  const spoken = client.getProtocolEra() ?? 'legacy'
  const eras = ['legacy', 'modern'] as const
  const known = await Promise.all(eras.map(async (era) => era === spoken || (await speaks(era))))
  return Object.fromEntries(eras.filter((_era, index) => known[index]).map((era) => [era, 'own']))
}

const erasOfSource = ({ sdk }: ServerSource) => ({ legacy: 'own', modern: sdk === 'v1' ? 'bridged' : 'own' })

function reportText({ label, source }: Target, about: Introduction, offers: Offers): string {
  const { serverInfo, instructions, protocolVersion, eras } = about
  const words = Object.entries(eras).map(([era, how]) => (how === 'own' ? era : `${era} (${how} by fastmcp)`))
  const rows: [string, string][] = [
    ['name', oneLine(serverInfo?.name ?? label)],
    ['version', oneLine(serverInfo?.version ?? '')],
    ['from', source ? `${label}, MCP SDK ${source.sdk}` : label],
    ['eras', `${words.join(', ')}; asked in ${protocolVersion}`],
    ['offers', offersCount(offers)],
  ]
  if (instructions)
    rows.push(['says', printable(instructions.trim()).replaceAll('\n', `\n${' '.repeat(12)}`)])
  return `${column(rows, 10).join('\n')}\n\n${offersText(offers, { schema: false })}\n`
}

async function lint(
  { lists, refusals }: Survey,
  { serverInfo }: Introduction,
  noise: number,
  { ready, client, server }: Target,
): Promise<Finding[]> {
  const [{ lintOffers }, { lintNoise, lintStart }, { lintUnpublished }] = await Promise.all([
    import('../client/lint/lint-offers.ts'),
    import('../client/lint/lint-start.ts'),
    import('../client/lint/offers/unpublished.ts'),
  ])
  const era = client.getProtocolEra() ?? 'legacy'
  const offers = lintOffers({ server: serverInfo?.name, era, lists, refusals })
  return sorted([
    ...lintNoise(noise),
    ...lintStart(ready),
    ...offers,
    ...lintUnpublished(server, lists.tools),
  ])
}

function check(findings: readonly Finding[], { ready }: Target): number {
  for (const line of reportLines(findings)) writeError(oneLine(line))
  const found = findings.length === 0 ? 'no problems' : findingsCount(findings)
  say(`${found} found; started in ${Math.round(ready)} ms`)
  return findings.some((one) => one.level === 'error') ? exitCodes.failed : exitCodes.ok
}

function writeReport(file: string, json: string): void {
  try {
    makeFolder(dirname(file))
    writeFileSync(file, json)
  } catch (error) {
    throw new CliError(exitCodes.failed, `--output ${shown(file)}: ${messageOf(error)}`)
  }
}

const usage = `Usage: fastmcp inspect [server|url] [options] [-- arguments for the server]

Shows everything a server declares: name, version, instructions, protocol eras, tools, prompts, resources and
templates.

  fastmcp inspect server.ts
  fastmcp inspect --exec "python3 server.py"
  fastmcp inspect server.ts --json          as sent on the wire
  fastmcp inspect server.ts --check         for CI: names, descriptions and schemas that clients reject`

const ending = `--json prints everything an official client sees of the server, with paginated lists joined. It leaves out ttlMs and
cacheScope, which say how long a single response of the modern era may be cached.

--check finds what is known to be rejected by Claude, OpenAI, Gemini, VS Code, Cursor and the official SDKs, and says
where it is and what to do. An error makes a client reject the tool or the whole list; more than five of a kind share a
line. With --json all are in "findings".

Exit codes: 0 shown, 1 --check found errors, 2 wrong usage, 3 file cannot be loaded or has no server, 4 URL cannot be
reached, 5 server returned an error.`
