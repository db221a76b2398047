import { all, serverV1 } from '../dialects/v1.ts'
import type { Edition } from '../edition.ts'
import type { Files, Shape } from '../shape.ts'

const source = (edition: Edition): Files => ({
  'server.ts': `${serverV1({ word: '' })
    .replace("{ description: '' }, () => said('')", '{ description: word }, () => said(word)')
    .replace("said(['', ", 'said([word, ')}
import { addTo, word } from './${edition.word}.js'
export const server = createServer()
addTo(server, said)
`,
})

const words = ({ word, extra }: Edition): Files => ({
  [`${word}.ts`]: `export const word = '${word}'
export function addTo(server, said) {
  ${extra === undefined ? '' : `server.registerTool('extra', { description: '${extra}' }, () => said('${extra}'))`}
}
`,
})

/** Its broken save imports a file that is not there; the next save only makes that file. */
export default {
  name: 'missing-import',
  what: 'SDK v1 in several files, one of which is imported before it is made',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({ ...source(edition), ...words(edition) }),
  broken: () => source({ word: 'four' }),
} satisfies Shape
