import { callTarget } from '../client/call.ts'
import { readCall } from '../client/call-arguments.ts'
import { unanswered } from '../client/offers.ts'
import { ProgressLines } from '../client/progress-lines.ts'
import { withTarget } from '../client/target/with-target.ts'
import { isUnaskable, unaskableWords } from '../client/unaskable.ts'
import { callOptions } from '../options/client-options.ts'
import { parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { valuesOf } from '../options/values.ts'
import { CliError, exitCodes } from '../terminal/errors.ts'
import { say } from '../terminal/output.ts'
import { printable, safeJson } from '../terminal/printable.ts'

/** `fastmcp call`: one call of a tool, prompt or resource, with its answer on stdout. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, callOptions)
  if (line.help) return printHelp({ usage, options: callOptions, ending })
  const values = valuesOf(callOptions, line.given, process.env)
  const { spec, target: called, given } = await readCall(line.words, values)
  return withTarget(spec, { ...line, ...values, access: values }, async (target) => {
    const { client, signal, print } = target
    const progress = target.bar ?? new ProgressLines()
    const isUnasked = (text: string) => !target.asks && isUnaskable(text)
    const answer = await callTarget(client, called, given, {
      signal,
      timeout: values.timeout * 1000,
      resetTimeoutOnProgress: true,
      onprogress: (one) => progress.show(one),
    })
      .catch((error: unknown) => {
        const failure = unanswered(called.name, error, values.timeout)
        if (!isUnasked(failure.message)) throw failure
        throw new CliError(exitCodes.answered, unaskableWords(called.name), [], { cause: error })
      })
      .finally(() => progress.clear())
    const unasked = answer.failed && isUnasked(answer.text)
    if (unasked) say(unaskableWords(called.name))
    if (values.json) await print(`${safeJson(answer.wire, 2)}\n`)
    else if (!answer.failed) await print(`${process.stdout.isTTY ? printable(answer.text) : answer.text}\n`)
    else if (!unasked) say(`${called.name} failed: ${answer.text}`)
    return answer.failed ? exitCodes.answered : exitCodes.ok
  })
}

const usage = `Usage: fastmcp call <server|url> <tool> [name=value | name:=json …] [options] [-- arguments for the server]

Calls a tool once and prints the result. Values are converted by the tool's input schema: days=3 becomes a number
where the schema asks for one. name:=json passes raw JSON.

  fastmcp call server.ts forecast city=Oslo days=2
  fastmcp call http://127.0.0.1:8000/mcp forecast --args '{"city": "Oslo"}'
  fastmcp call --exec "python3 server.py" forecast city=Oslo
  fastmcp call server.ts --prompt packing city=Oslo
  fastmcp call server.ts --resource weather://cities/Oslo`

const ending = `Logs and progress go to stderr: a bar at a terminal, lines elsewhere. At a terminal you are prompted for whatever the
server asks. Ctrl-C cancels the call.

Exit codes: 0 success, 1 timed out, 2 wrong usage or invalid argument, 3 file cannot be loaded or has no server, 4 URL
cannot be reached, 5 tool or server returned an error, 130 cancelled with Ctrl-C.`
