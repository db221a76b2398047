import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { Check } from '../check.ts'
import { quoted } from '../schema/checks/schema-check.ts'
import { type Item, isOdd } from './item.ts'

/** Characters of an icon in the list itself, which every client reads whether it shows icons or not. */
const mostData = 64 * 1024

/** What is asked of icons. */
export const iconChecks: readonly Check<Item>[] = [
  {
    name: 'icons-form',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'list objects with src as a text; until then they lose the whole list',
    find: ({ entry: { icons } }) => {
      if (icons === undefined) return undefined
      if (!Array.isArray(icons)) return { at: ['icons'], text: `is ${quoted(icons)} and not a list` }
      return icons.flatMap((icon: unknown, index) => {
        const isFine =
          isRecord(icon) &&
          typeof icon.src === 'string' &&
          !isOdd(icon.mimeType, 'string') &&
          (icon.sizes === undefined ||
            (Array.isArray(icon.sizes) && icon.sizes.every((size) => typeof size === 'string'))) &&
          (icon.theme === undefined || icon.theme === 'light' || icon.theme === 'dark')
        return isFine ? [] : [{ at: ['icons', index], text: 'is not an icon' }]
      })
    },
  },
  {
    name: 'icon-address',
    level: 'warning',
    clients: ['clients that follow the MCP specification'],
    remedy: 'use an https: or data: URI',
    find: ({ entry }) =>
      iconsOf(entry)
        .filter(([, { src }]) => typeof src === 'string' && !/^(?:https?:\/\/|data:)/i.test(src))
        .map(([index, { src }]) => ({ at: ['icons', index, 'src'], text: `is ${quoted(src)}` })),
  },
  {
    name: 'icon-http',
    level: 'warning',
    clients: [],
    remedy: 'use https:',
    find: ({ entry }) =>
      iconsOf(entry)
        .filter(([, { src }]) => typeof src === 'string' && /^http:/i.test(src))
        .map(([index, { src }]) => ({
          at: ['icons', index, 'src'],
          text: `is ${quoted(src)}, which what is itself loaded over https does not show`,
        })),
  },
  {
    name: 'icon-large',
    level: 'warning',
    clients: [],
    remedy: 'serve it over https',
    find: ({ entry }) =>
      iconsOf(entry)
        .filter(([, { src }]) => typeof src === 'string' && src.startsWith('data:') && src.length > mostData)
        .map(([index, { src }]) => ({
          at: ['icons', index, 'src'],
          text: `has ${Math.round(String(src).length / 1024)} KiB, which every list carries`,
        })),
  },
  {
    name: 'icon-detail',
    level: 'warning',
    clients: [],
    effect: 'ignored',
    remedy: 'write sizes such as "48x48" or "any", and a media type such as image/png',
    find: ({ entry }) =>
      iconsOf(entry)
        .filter(([, { sizes, mimeType: type }]) => {
          const odd = Array.isArray(sizes) && sizes.some((size) => !/^(?:\d+x\d+|any)$/.test(String(size)))
          return odd || (typeof type === 'string' && !/^image\/[\w.+-]+$/.test(type))
        })
        .map(([index]) => ({
          at: ['icons', index],
          text: 'has a size or a media type that is not one of an image',
        })),
  },
]

function iconsOf({ icons }: Item['entry']): [number, Record<string, unknown>][] {
  const list: unknown[] = Array.isArray(icons) ? icons : []
  return list.flatMap((icon, index): [number, Record<string, unknown>][] =>
    isRecord(icon) ? [[index, icon]] : [],
  )
}
