import { handWritten } from '../dialects/by-hand.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'by-hand',
  what: 'a file that speaks the protocol without any SDK',
  facets: { sdk: 'other', starts: 'itself', modules: 'none', language: 'js' },
  words: ['server.mjs'],
  abilities: ['edit'],
  loads: 5,
  files: (edition) => ({ 'server.mjs': handWritten(edition) }),
} satisfies Shape
