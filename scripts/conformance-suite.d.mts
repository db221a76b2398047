export function conformanceSuite(): { node: string; program: string; requirements: string }
