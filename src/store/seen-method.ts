/** The method of a change that only records what a client has seen, which servers need not be told. */
export const seenMethod = 'lists seen'
