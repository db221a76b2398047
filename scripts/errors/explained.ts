// What the page of errors says beside a text that alone does not say enough.

/** By the text, as `errorTexts()` has it; in Markdown. */
export const explained: Readonly<Record<string, string>> = {
  'no MCP server in …':
    'The file was loaded, exports no server and started none. The lines below it say what it exports, what was caught, what your code printed, and what to write. See [how it finds your server](guide/finding.md).',
  'no server file named, and none found here.':
    'Name the file, or go to the folder of the server. [What is looked for](guide/finding.md).',
  'no server file in the folder …':
    'The folder has none of the files that [are looked for](guide/finding.md).',
  'several servers in …; name the one to run:': 'Add the export after a colon: `server.ts:weather`.',
  '… has no export "…"':
    'The name after the colon is that of an export, such as `mcp` in `export const mcp`.',
  '…: "…" is …, not an MCP server':
    'What you named is exported, and is something else: a class (export an instance), a plain object, an app.',
  '… threw …: …':
    'Your own error; its stack follows. A key that is not set is the most frequent one: [.env and secrets](guide/environment.md).',
  'cannot find "…"…':
    'An import that leads nowhere: a package that is not installed, or a path that is wrong.',
  '… did not finish loading in …. Allow more with --load-timeout.':
    'A top-level `await` that takes long: a database, a model, a slow network. Start such work without waiting for it, and wait in the handler.',
  '… never finishes loading: its top-level await never settles':
    'A promise that nobody resolves. Look for `await` outside functions.',
  'the server file cannot be compiled: …': 'A syntax error; the line follows.',
  '… is not a TypeScript or JavaScript file':
    'A program in another language is served with `--exec`: [Proxies and gateways](guide/gateways.md).',
  '… serves HTTP by itself': 'It listens, but does not speak MCP where it was asked.',
  'the route … requires auth: give FastMCP an auth hook, or use --token-env or --token-file':
    'A route says `auth: true`, and nothing checks callers, so that it would be open: [Who may call](guide/auth.md).',
  'the tool … requires scopes: give FastMCP an auth hook, or use --token-file, --jwt-issuer or --introspect':
    'A tool says `auth: { scopes }`, and nothing checks callers: [Who may call](guide/auth.md).',
  'cannot listen on 127.0.0.1:…: the port is in use.…':
    'Another program has the port; often it is an earlier start of the same server. `-p 0` takes any free one.',
  'cannot connect to …: …':
    'Is the server running, and is the address right? Streamable HTTP is at `/mcp`, SSE at `/sse`.',
  '--store: … is in use by another server…':
    'One server at a time can have the file: [Sessions over restarts](guide/sessions.md).',
  'unknown flag …':
    'All flags are in [Commands and options](cli.md). What is for your server goes after `--`.',
  'one server at a time; arguments for it go after --, as in: -- …':
    'Words after the server are not for fastmcp: `fastmcp run server.ts -- --verbose`.',
  '… has no effect on stdio. Add -t …, or leave it out.':
    'The option is about HTTP: [Transports](guide/transports.md).',
  '--… needs a server file, and this server runs elsewhere. Leave it out.':
    'What runs behind `--exec` or a URL is not loaded here, so that there is nothing to reload or to debug.',
  '… is a URL, which only fastmcp run, list, call, inspect and install accept':
    'The other commands follow or bundle the files of a server, and a URL names none: [Proxies and gateways](guide/gateways.md#a-remote-server-on-stdio).',
  '--exec runs without a shell, which … needs: write …':
    'Pipes and variables need a shell, and the message shows how to have one.',
  '--env-file …: …':
    'The file is looked for in the folder you are in: [.env and secrets](guide/environment.md).',
  '--jwt-issuer needs --jwt-audience: without it, tokens issued for other servers would be accepted.':
    'The audience is what tokens must have been issued for, usually the URL of this server: [OAuth](guide/auth.md#oauth-from-end-to-end).',
  '…: the variable … is not set. First: …': 'The flag takes the *name* of a variable, not the secret itself.',
  '… checks its callers itself (auth), so … has no effect. Leave it out.':
    'The code has an `auth` hook. Two checks of callers would contradict each other.',
  'unknown argument "…"…': 'The tool has no argument of that name; `fastmcp list` shows which it has.',
  'missing: …': 'The tool needs these arguments: `name=value`.',
  '… has another server called …': 'Choose another `--name`, or replace that one with `--force`.',
  "…'s file … is invalid: …":
    'The client itself could not read it either. Repair it; fastmcp has left it unchanged.',
  '… keeps writing …': 'Close the client, and try again.',
  '… is not empty: it holds …':
    '`fastmcp init .` in the folder adds what is missing; `--force` writes into it.',
  "a server needs a name: new FastMCP({ name: 'my-server' })": "`new FastMCP('my-server')` works as well.",
  '… is a valibot schema, which needs: npm i @valibot/to-json-schema':
    'Valibot keeps its JSON Schema in a package of its own.',
  '… name …: use 1 to 128 letters, digits, _ - . or /': 'Clients reject other names of tools and prompts.',
  'the client does not support …':
    'The client has not said that it can ask the person (`elicitation`) or the model (`sampling`). Catch the error where the tool can do without.',
  'ctx.state needs a session, and clients of protocol version 2026-07-28 have none':
    'Keep the value yourself, by `ctx.auth` or by an argument of the tool.',
  '… did not finish in … s': "The tool's `timeout` is over; `ctx.signal` has been aborted.",
  'the handler returned …, which cannot be sent…':
    'JSON cannot hold it: make it an array, an object or a text.',
  'getContext() was called outside a handler':
    'It works in what a handler calls, also after an `await`; not in a timer of its own.',
  'run() owns the whole process, which already serves …. Use: const handle = await mcp.runAsync(options)':
    'Two servers in one process: `runAsync()` leaves the process alone.',
  'jwtAuth: audience is missing: tokens for other servers would do':
    'Best the URL of this server, as clients know it: [OAuth](guide/auth.md#oauth-from-end-to-end).',
  'Mcp-Session-Id header is required':
    'A client sent a request before `initialize`, or lost the header; some proxies drop it. See [Behind a balancer](deploy.md#behind-a-balancer).',
  'Session not found':
    'The server has been restarted, the session was idle for too long, or the request came to another instance or from another caller. Clients connect again by themselves. To keep sessions: [Sessions over restarts](guide/sessions.md).',
  'Accept must name application/json and text/event-stream':
    'The request is not one of an MCP client; with curl add `-H "Accept: application/json, text/event-stream"`.',
  'This origin is not allowed: name it in allowedOrigins of mcp.mount()':
    'A web page of another origin: [Inside an app of yours](guide/inside-an-app.md).',
  'This tool needs the scopes …':
    "The caller's token has fewer scopes than the [tool asks for](guide/auth.md#scopes-of-a-tool).",
  'The server is starting': 'It is loading still; the answer says after how many seconds to come again.',
  'the conversation has ended':
    'The program or the remote server is gone; the next call starts or finds it again.',
}
