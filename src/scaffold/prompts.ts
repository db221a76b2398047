import { type TemplateName, templateNames } from '../options/init-options.ts'
import { CliError, exitCodes } from '../terminal/errors.ts'
import { openQuestions, Unanswered } from '../terminal/questions.ts'
import { templateSummaries } from './template.ts'

/** Where a project is made unless the person says otherwise. */
const usualFolder = 'my-server'

/** Asks at the terminal what the command line has left open. */
export async function openPrompts() {
  const questions = await openQuestions()
  return {
    folder: async (fault: (folder: string) => string | undefined): Promise<string> => {
      const question = {
        message: 'Where should the project be?',
        placeholder: usualFolder,
        fault: (text: string) => fault(text || usualFolder),
      }
      return (await questions.text(question).catch(givenUp)) || usualFolder
    },
    template: (): Promise<TemplateName> => {
      const choices = templateNames.map((value) => ({ value, label: value, hint: templateSummaries[value] }))
      return questions.choice('What should it start from?', choices).catch(givenUp)
    },
    confirm: (message: string): Promise<boolean> => questions.confirm(message).catch(givenUp),
  }
}

function givenUp(error: unknown): never {
  throw error instanceof Unanswered ? new CliError(exitCodes.interrupted, 'nothing was written') : error
}

export type Prompts = Awaited<ReturnType<typeof openPrompts>>
