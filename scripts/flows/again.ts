/** Why a flow comes back to a folder more than twice: a sentence for each flow and folder. */
export const again: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  start: {
    process:
      'it has what a process is made of: the code cache of the command line, the guard thread, and the names by which user code finds the runner.',
    serve:
      'the process is taken before anything is loaded, the thread that watches the load is started when it is known to be needed, and serving begins when it is over.',
    files:
      'each file of the cache is checked where it is read: the pack, the script of the packages, its code cache.',
    'loader/pack':
      'it is opened before the program runs, answers the hooks meanwhile, and is kept when it has run.',
    'loader/packages':
      'the script is looked for and run before the program, and every name that leads into a package is compared with what it holds.',
  },
  save: {
    'dev/conversation':
      'each client has a conversation in the front, which is told of the new generation, moved to it, and told what has changed.',
    'dev/protocol': 'both ends of the line between the front and a generation name what they say by it.',
    'dev/generation':
      'it is another process, and what it reports of the files that it reads comes in between everything else it does.',
    'patches/node':
      'the line to the parent, exits, signals and uncaught errors of the new process are each taken where it begins to matter.',
    'patches/generation': 'every file that user code opens while it loads is noted, one by one.',
    files: 'the front keeps the pack, and the generation reads it.',
    'dev/handle':
      "it is the front's end of each generation: the next one is told to load and to take over, another is started, and what they say comes in there.",
    'serve/bridge':
      'a hidden session reads the lists, and as a client of its own it sends, hears the answer and closes.',
    sessions:
      'each message of that hidden session passes the session behind it on its way in, and out again.',
    'sessions/derived':
      'whatever reaches the server, from the hidden session and from each conversation that moves here, goes through the object that is derived from the exported one.',
  },
  install: {
    process:
      'it has what a process is made of: the code cache of the command line, the guard thread, and how its end is awaited.',
    'loader/packages':
      'the script is looked for and run before the program, and every name that leads into a package is compared with what it holds.',
    'loader/pack':
      'it is opened before the program runs, answers the hooks meanwhile, and is kept when it has run.',
    runner:
      'it says what the entry loads first, plans the start that asks the server for its name, and loads the server.',
    serve:
      'a server is served to a client in the same process: the process is taken, messages are read, and all is given back.',
    sessions: "the client's introduction passes the session in both directions, and the end closes it.",
    'sessions/derived':
      'the loader and `connect()` both look whether the object is a server, and each message goes through the object that is derived from it.',
    transports:
      'both ends of the conversation are in this process, so that each message and the end are taken twice.',
  },
  'ask-modern': {
    'serve/modern':
      'the request that asks and the one that answers each come in there, and each answer leaves through it.',
    'sessions/derived':
      'whatever reaches the server, and whatever it says, goes through the object that is derived from the exported one.',
    'serve/bridge':
      "it answers for the SDK's handler, is the client of the hidden session, and hears of the question that suspends the call.",
    sessions:
      'behind the request there is a session of its own, and beside it what is suspended until the client comes back.',
  },
}
