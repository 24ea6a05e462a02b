import { nameAt, type DumpName } from './dumpName';

const subject = new RegExp(
  String.raw`^(?:CREATE|ALTER|COMMENT\s+ON)\s+(?:[A-Z]+\s+){0,3}?` +
    String.raw`(?:TABLE|VIEW|SEQUENCE|TYPE|DOMAIN|INDEX|COLUMN|(FUNCTION|PROCEDURE|AGGREGATE|ROUTINE))\s+` +
    String.raw`(?:(?:ONLY|CONCURRENTLY|IF\s+(?:NOT\s+)?EXISTS)\s+)*`,
  'i'
);

/**
 * What a statement makes, changes or speaks of, by its name: a routine may be called as a relation or a type is.
 * Undefined where the statement is about something else.
 */
export function subjectOf(text: string): { name: DumpName; isRoutine: boolean } | undefined {
  const found = subject.exec(text);
  const name = found && nameAt(text.slice(found[0].length, found[0].length + 600));
  return name ? { name, isRoutine: found[1] !== undefined } : undefined;
}
