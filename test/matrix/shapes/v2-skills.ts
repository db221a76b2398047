import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Edition } from '../edition.ts'
import type { Files, Shape } from '../shape.ts'
import { asksFor } from '../steps/extend.ts'

/** The server's words are read from its skills, so that a save of these is a save of the server. */
const source = serverV2(
  { word: 'WORD' },
  "if (described.extra) server.registerTool('extra', { description: described.extra }, () => said(described.extra))",
).replaceAll("'WORD'", 'described.edition')

const skill = (name: string, description: string | undefined): Files =>
  description === undefined
    ? {}
    : {
        [`skills/${name}/SKILL.md`]: `---\nname: ${name}\ndescription: ${description}\n---\nHow it is done.\n`,
      }

const skills = ({ word, extra }: Edition): Files => ({ ...skill('edition', word), ...skill('extra', extra) })

export default {
  name: 'v2-skills',
  what: "SDK v2 with skills, read by the SDK's helper; what is edited is a skill",
  facets: { sdk: 'v2', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  extended: asksFor('io.modelcontextprotocol/skills', 'skills/list', {}, /skill:\/\/edition/),
  files: (edition) => ({
    'server.ts': `import { loadSkills } from '@modelcontextprotocol/server/ext/skills/node'
import { fileURLToPath } from 'node:url'
${source}
const skills = await loadSkills(fileURLToPath(new URL('skills', import.meta.url)))
const described = Object.fromEntries(skills.entries.map(({ frontmatter }) => [frontmatter.name, frontmatter.description]))
export const server = createServer()
skills.attach(server)
`,
    ...skills(edition),
  }),
} satisfies Shape
