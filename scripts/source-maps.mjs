// Loaded before tests that have been compiled: what they throw tells the places in their sources. Not the flag of Node,
// which what they fork would inherit.
process.setSourceMapsEnabled(true)
