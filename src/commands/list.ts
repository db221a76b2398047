import {
  introduction,
  offersCount,
  offersText,
  refusedWords,
  sayFailures,
  surveyOffers,
  typedServer,
  unanswered,
} from '../client/offers.ts'
import { shownJson } from '../client/shown-json.ts'
import { withTarget } from '../client/target/with-target.ts'
import { listOptions } from '../options/client-options.ts'
import { parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
import { usageError } from '../terminal/errors.ts'
import { answerText, say } from '../terminal/output.ts'
import { oneLine } from '../terminal/printable.ts'

/** `fastmcp list`: what a server offers, and how it is called. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, listOptions)
  if (line.help) return printHelp({ usage, options: listOptions, ending })
  const [spec = '', ...extra] = line.words
  if (extra.length > 0) throw usageError(`one server at a time; unexpected argument ${shown(extra[0] ?? '')}`)
  const values = valuesOf(listOptions, line.given, process.env)
  return withTarget(spec, { ...line, ...values, access: values }, async ({ client, label, print }) => {
    const survey = await surveyOffers(client, values.timeout * 1000).catch((error: unknown) => {
      throw unanswered(label, error, values.timeout)
    })
    const { offers } = survey
    if (values.json) await print(`${shownJson(offers)}\n`)
    else {
      const { name = label, version = '' } = introduction(client).serverInfo ?? {}
      const title = oneLine(`${name} ${version}`.trim())
      await print(answerText(`${title} · ${offersCount(offers)}\n\n${offersText(offers, values)}\n`))
    }
    const refused = refusedWords(survey, typedServer(spec, values.exec))
    if (refused) say(refused)
    return sayFailures(survey)
  })
}

const usage = `Usage: fastmcp list [server|url] [options] [-- arguments for the server]

Lists what a server offers: tools with their arguments, prompts, resources and templates.

  fastmcp list server.ts                    a file, as for fastmcp run
  fastmcp list http://127.0.0.1:8000/mcp    over HTTP, or SSE if the path ends in /sse
  fastmcp list --exec "python3 server.py"   a program that speaks MCP on stdio
  fastmcp list server.ts --json             machine-readable`

const ending = `Exit codes: 0 listed, 2 wrong usage, 3 file cannot be loaded or has no server, 4 URL cannot be reached, 5 server
returned an error.`
