/** The name that a comment `-- name: Overdue rentals` gives to the statement behind it. */
export function nameIn(comment: string): string | undefined {
  return /^--[ \t]*name:[ \t]*(\S.*?)\s*$/i.exec(comment)?.[1];
}
