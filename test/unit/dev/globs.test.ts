import { globsOf } from '../../../src/dev/front/globs.ts'
import { table } from '../../support/table.ts'

const files = ['/w/a.json', '/w/data/b.json', '/w/data/deep/c.txt', '/w/.env', '/other/d.json']
const matched = (globs: readonly string[]) => {
  const { match } = globsOf(globs, '/w')
  return files.filter(match)
}

if (process.platform !== 'win32') {
  table('globsOf, what they match,', matched, [
    [[], []],
    [['a.json'], ['/w/a.json']],
    [['*.json'], ['/w/a.json']],
    [['**/*.json'], ['/w/a.json', '/w/data/b.json', '/other/d.json'], 'wherever they are'],
    [['data'], ['/w/data/b.json', '/w/data/deep/c.txt'], 'a folder is everything in it'],
    [['data/'], ['/w/data/b.json', '/w/data/deep/c.txt']],
    [['./data'], ['/w/data/b.json', '/w/data/deep/c.txt']],
    [['.'], files],
    [['./'], files],
    [['.//'], files],
    [['.env'], ['/w/.env']],
    [['../other'], ['/other/d.json']],
    [['/other'], ['/other/d.json']],
    [['/'], []],
    [['{a,b}.json'], ['/w/a.json']],
    [
      ['*.json', 'data/deep'],
      ['/w/a.json', '/w/data/deep/c.txt'],
    ],
    [['[', '{a', '__proto__'], [], 'what is no pattern'],
    [['größe/**'], []],
  ])

  table('globsOf, what has to be watched,', (globs: readonly string[]) => globsOf(globs, '/w').bases, [
    [['data/**/*.json'], ['/w/data']],
    [['*.json'], ['/w']],
    [['./'], ['/w']],
    [
      ['a.json', '../x/*.txt'],
      ['/w/a.json', '/x'],
    ],
  ])
}
