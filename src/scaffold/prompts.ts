import { type TemplateName, templateNames } from '../options/init-options.ts'
import { CliError, exitCodes } from '../terminal/errors.ts'
import { templateSummaries } from './template.ts'

/** Asks at the terminal what the command line has left open. Only `init` loads the library for it. */
export async function openPrompts() {
  const clack = await import('@clack/prompts')
  const settled = <T>(value: T): Exclude<T, symbol> => {
    if (!clack.isCancel(value)) return value as Exclude<T, symbol>
    throw new CliError(exitCodes.interrupted, 'nothing was written')
  }
  const output = process.stderr
  return {
    folder: async (fault: (folder: string) => string | undefined): Promise<string> =>
      settled(
        await clack.text({
          message: 'Where should the project be?',
          placeholder: 'my-server',
          defaultValue: 'my-server',
          validate: (value) => fault(value || 'my-server'),
          output,
        }),
      ),
    template: async (): Promise<TemplateName> =>
      settled(
        await clack.select<TemplateName>({
          message: 'What should it start from?',
          options: templateNames.map((value) => ({ value, hint: templateSummaries[value] })),
          output,
        }),
      ),
    confirm: async (message: string): Promise<boolean> => settled(await clack.confirm({ message, output })),
  }
}

export type Prompts = Awaited<ReturnType<typeof openPrompts>>
