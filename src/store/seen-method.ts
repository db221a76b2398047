/** The method of a change that is about nothing but what a client has seen: no server has to be told of it. */
export const seenMethod = 'lists seen'
