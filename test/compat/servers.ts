/** A public server as it is installed from npm, and what it needs to start under plain Node. */
export interface PublicServer {
  package: string
  /** The name of its binary, where it has several. */
  bin?: string
  args?: readonly string[]
  env?: Record<string, string>
}

const key = 'none-of-ours'

/** Among the most downloaded. Credentials are made up: they start without, and only calls would fail. */
export const publicServers: readonly PublicServer[] = [
  { package: '@modelcontextprotocol/server-filesystem', args: ['.'] },
  { package: '@modelcontextprotocol/server-memory' },
  { package: '@modelcontextprotocol/server-everything' },
  { package: '@modelcontextprotocol/server-sequential-thinking' },
  { package: '@upstash/context7-mcp' },
  { package: '@playwright/mcp' },
  { package: 'chrome-devtools-mcp' },
  { package: 'firecrawl-mcp', env: { FIRECRAWL_API_KEY: key } },
  { package: 'tavily-mcp', env: { TAVILY_API_KEY: key } },
  { package: 'exa-mcp-server', env: { EXA_API_KEY: key } },
  { package: '@brave/brave-search-mcp-server', env: { BRAVE_API_KEY: key } },
  { package: '@perplexity-ai/mcp-server', env: { PERPLEXITY_API_KEY: key } },
  { package: '@pinecone-database/mcp', env: { PINECONE_API_KEY: key } },
  { package: '@notionhq/notion-mcp-server', env: { NOTION_TOKEN: key } },
  { package: '@sentry/mcp-server', args: [`--access-token=${key}`] },
  { package: '@supabase/mcp-server-supabase', args: [`--access-token=${key}`] },
  { package: 'figma-developer-mcp', args: ['--stdio'], env: { FIGMA_API_KEY: key } },
  { package: 'mcp-server-kubernetes' },
  { package: '@wonderwhy-er/desktop-commander', bin: 'desktop-commander' },
  { package: '@executeautomation/playwright-mcp-server' },
  { package: '@kazuph/mcp-taskmanager' },
  { package: 'fetcher-mcp' },
  { package: 'mcp-fetch-server' },
  { package: '@tacticlaunch/mcp-linear', env: { LINEAR_API_TOKEN: key } },
  { package: '@mapbox/mcp-server', env: { MAPBOX_ACCESS_TOKEN: 'pk.eyJ1Ijoibm9uZSJ9.none' } },
  { package: '@mobilenext/mobile-mcp' },
  { package: '@angiejones/mcp-selenium' },
  { package: '@antv/mcp-server-chart' },
  { package: 'next-devtools-mcp' },
  { package: '@neondatabase/mcp-server-neon', args: ['start', key] },
  { package: '@hubspot/mcp-server', env: { PRIVATE_APP_ACCESS_TOKEN: key } },
  { package: '@stripe/mcp', args: ['--tools=all', '--api-key=sk_test_none'] },
  { package: '@sveltejs/mcp' },
  { package: 'puppeteer-mcp-server' },
  { package: 'duckduckgo-mcp-server' },
  { package: '@cyanheads/git-mcp-server' },
  { package: '@benborla29/mcp-server-mysql', env: { MYSQL_HOST: '127.0.0.1', MYSQL_USER: 'none' } },
  { package: '@gongrzhe/server-gmail-autoauth-mcp' },
  { package: '@shopify/dev-mcp' },
  { package: '@modelcontextprotocol/server-github', env: { GITHUB_PERSONAL_ACCESS_TOKEN: key } },
  { package: '@modelcontextprotocol/server-slack', env: { SLACK_BOT_TOKEN: key, SLACK_TEAM_ID: key } },
  { package: '@eslint/mcp' },
  { package: 'airtable-mcp-server', env: { AIRTABLE_API_KEY: key } },
  { package: 'mcp-mermaid' },
  { package: '@browsermcp/mcp' },
  { package: 'ref-tools-mcp', env: { REF_API_KEY: key } },
  { package: '@mui/mcp' },
  { package: '@kimtaeyoon83/mcp-server-youtube-transcript' },
  { package: 'xcodebuildmcp', args: ['mcp'] },
  { package: '@brightdata/mcp', env: { API_TOKEN: key } },
  {
    package: '@elastic/mcp-server-elasticsearch',
    env: { ES_URL: 'http://127.0.0.1:9200', ES_API_KEY: key },
  },
  { package: 'mongodb-mcp-server' },
]
