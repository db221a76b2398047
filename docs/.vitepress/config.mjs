// The site that `npm run docs:site` builds from these pages. It has no address of its own yet, so it can lie anywhere.
import { slugOf } from './slug.mjs'

const page = (text, link) => ({ text, link })

export const sidebar = [
  {
    text: 'Start',
    items: [
      page('What it is', '/'),
      page('Tutorial', '/tutorial'),
      page('By hand, in an empty folder', '/guide/by-hand'),
      page('An existing server', '/guide/existing-server'),
    ],
  },
  {
    text: 'Build',
    items: [
      page('What a tool can hold', '/guide/tools'),
      page('Resources, prompts, routes', '/guide/more-than-tools'),
      page('The context of a call', '/guide/context'),
      page('Live reload', '/guide/live-reload'),
      page('Testing', '/guide/test-your-server'),
      page('Debugging', '/guide/debugging'),
      page('.env and secrets', '/guide/environment'),
    ],
  },
  {
    text: 'Run',
    items: [
      page('How it finds your server', '/guide/finding'),
      page('Servers that start themselves', '/guide/self-starting'),
      page('Transports', '/guide/transports'),
      page('Configuration', '/guide/configuration'),
      page('Clients: install, discover', '/guide/clients'),
      page('One call from the shell', '/guide/call-and-inspect'),
      page('Proxies and gateways', '/guide/gateways'),
      page('Inside an app of yours', '/guide/inside-an-app'),
    ],
  },
  {
    text: 'Publish',
    items: [
      page('Who may call: OAuth and tokens', '/guide/auth'),
      page('Recipes for OAuth providers', '/guide/auth-providers'),
      page('Deploying', '/deploy'),
      page('Metrics', '/metrics'),
      page('One file: build', '/guide/build'),
      page('Sessions over restarts', '/guide/sessions'),
    ],
  },
  {
    text: 'Coming from',
    items: [
      page('FastMCP in Python', '/from/python'),
      page('fastmcp by punkpeye', '/from/punkpeye'),
      page('mcp-use, xmcp, Express', '/from/frameworks'),
      page('tsx and node', '/from/tsx'),
    ],
  },
  {
    text: 'Reference',
    items: [
      page('Commands and options', '/cli'),
      page('The library', '/library'),
      page('Errors', '/errors'),
      page('Limits', '/limits'),
      page('Shapes of servers', '/shapes'),
    ],
  },
  {
    text: 'Behind it',
    items: [
      page('Architecture', '/architecture'),
      page('Testing fastmcp', '/testing'),
      page('Contributing', '/contributing'),
      page('Security', '/security'),
      page('Changes', '/changelog'),
    ],
  },
]

export default {
  title: 'fastmcp',
  description: 'Run any MCP server file; save it, and the connected client already has it.',
  lang: 'en',
  lastUpdated: false,
  // Copied beside the pages; test/site/links follows these.
  ignoreDeadLinks: [/^\/examples\//],
  markdown: { anchor: { slugify: slugOf } },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      page('Tutorial', '/tutorial'),
      page('Commands', '/cli'),
      page('Library', '/library'),
      page('Errors', '/errors'),
    ],
    sidebar,
  },
}
