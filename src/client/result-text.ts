import type {
  CallToolResult,
  ContentBlock,
  GetPromptResult,
  ReadResourceResult,
} from '@modelcontextprotocol/client'

/** A tool's result as text for people: its structured content as such, everything else block by block. */
export function toolText(result: CallToolResult): string {
  const { structuredContent, content = [] } = result
  if (structuredContent === undefined) return blocksText(content)
  // Servers repeat the structured content as text, for clients that do not know it.
  const others = content.filter((block) => block.type !== 'text' || !sameJson(block.text, structuredContent))
  const structured = JSON.stringify(structuredContent, null, 2)
  return others.length > 0 ? `${blocksText(others)}\n${structured}` : structured
}

export const promptText = ({ messages }: GetPromptResult): string =>
  messages.map(({ role, content }) => `${role}: ${blockText(content)}`).join('\n')

export const resourceText = ({ contents }: ReadResourceResult): string =>
  contents.map(contentsText).join('\n')

const blocksText = (blocks: readonly ContentBlock[]) => blocks.map(blockText).join('\n')

function blockText(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text
    case 'image':
    case 'audio':
      return `[${block.type} ${block.mimeType}, ${sizeOf(block.data)}; --json prints it]`
    case 'resource_link':
      return `[link ${block.uri}${block.name ? ` ${block.name}` : ''}]`
    case 'resource':
      return contentsText(block.resource)
  }
}

function contentsText(contents: ReadResourceResult['contents'][number]): string {
  if ('text' in contents) return contents.text
  return `[${contents.mimeType ?? 'bytes'} ${contents.uri}, ${sizeOf(contents.blob)}; --json prints it]`
}

function sizeOf(base64: string): string {
  const bytes = Math.floor((base64.length * 3) / 4)
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`
}

function sameJson(text: string, value: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(value)
  } catch {
    return false
  }
}
