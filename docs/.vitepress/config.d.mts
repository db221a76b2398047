interface Section {
  text: string
  items: { text: string; link: string }[]
}
export const sidebar: Section[]
