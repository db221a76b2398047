export interface User {
  id: string
  name: string
}

export const users: readonly User[] = [
  { id: '1', name: 'Ada Lovelace' },
  { id: '2', name: 'Alan Turing' },
]

export const findUser = (id: string): User | undefined => users.find((user) => user.id === id)
