import type { EngineKind, RelationInfo } from '$workers/engine';
import type { MenuItems } from '$lib/ui/menuItem';
import type { Command } from './commands.svelte';
import type { Owner } from './navigate';
import { databaseActions, relationActions } from './schemaMenu';

type SchemaCommand = Pick<Command, 'id' | 'title' | 'run'>;

/** Lines of a menu as commands; @param words what a command is called whose line is this one @param about begins their ids */
const commandsOf = (items: MenuItems, about: string, words: (line: string) => string): SchemaCommand[] =>
  items.flatMap((item) => (item === null ? [] : [{ id: `${about}:${item.label}`, title: words(item.label.replace('…', '')), run: () => void item.run() }]));

/** What can be made in a database, and its maintenance; what is new comes into the schema that bare names mean. */
export const databaseCommands = (owner: Owner, engine: EngineKind, schema: string, project: string): SchemaCommand[] =>
  commandsOf(databaseActions(owner, engine, schema), 'schema', (line) => `${line} (${project})`);

/** The letters, lower-case, that {@link relationCommands} begin with; the same for all relations of a kind. */
export const menuLetters = (owner: Owner, engine: EngineKind, relation: RelationInfo): string =>
  relationActions(owner, engine, relation)
    .map((item) => item?.label[0]!.toLowerCase() ?? '')
    .join('');

/** What can be changed of a relation. */
export function relationCommands(owner: Owner, engine: EngineKind, relation: RelationInfo, project: string): SchemaCommand[] {
  const full = `${relation.schema}.${relation.relation}`;
  const words = (line: string): string => `${line}${line.startsWith('New ') ? ' on' : /^(?:Comment|Delete all rows)$/.test(line) ? ' of' : ''} ${full} (${project})`;
  return commandsOf(relationActions(owner, engine, relation), `change:${full}`, words);
}
