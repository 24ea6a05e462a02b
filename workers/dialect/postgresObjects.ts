import { scanPostgres } from '../split/scanPostgres';
import type { RelationRef } from '../wire/catalog';
import type { Loss, Migration, MigrationStep } from '../wire/migration';
import type { ObjectInfo, ObjectKind, ObjectReading } from '../wire/objects';
import type { Dependant } from '../wire/tableDefinition';
import { createHead, withoutDefaults, type CreateHead } from './createHead';
import { postgres } from './postgres';
import { migrationOf, step, type ViewReading } from './schemaSql';

const { quote } = postgres;

/** A schema's object by its name, with its arguments where it has some. */
export function identityOf(info: ObjectInfo): string {
  const full = `${quote(info.schema)}.${quote(info.name)}`;
  if (info.kind === 'trigger') return `${quote(info.name)} ON ${quote(info.schema)}.${quote(info.relation ?? '')}`;
  if (info.kind === 'extension') return quote(info.name);
  if (info.kind === 'aggregate') return `${full}(${info.signature || '*'})`;
  return info.signature === null ? full : `${full}(${info.signature})`;
}

/** What goes with an object, in words. */
const LOSSES: Partial<Record<ObjectKind, (cascade: boolean) => string | null>> = {
  sequence: () => 'Where it stands in its counting is lost.',
  type: (cascade) => (cascade ? 'Columns of this type go with it, and their values.' : null),
  domain: (cascade) => (cascade ? 'Columns of this type go with it, and their values.' : null),
  extension: (cascade) => (cascade ? 'Columns of its types go with it, and their values.' : null)
};

/** Drops an object; an index that a key makes goes by its key. */
export function dropPostgresObject(info: ObjectInfo, cascade: boolean): Migration {
  const words = LOSSES[info.kind]?.(cascade);
  const loses: Loss[] = words ? [{ kind: 'words', words }] : [];
  const end = cascade ? ' CASCADE' : '';
  const and = cascade ? ' and what depends on it' : '';
  if (info.kind === 'index' && info.ofKey) {
    const table = `${quote(info.schema)}.${quote(info.relation ?? '')}`;
    return migrationOf(null, [step(`ALTER TABLE ${table} DROP CONSTRAINT ${quote(info.name)}${end}`, `Drops the key ${info.name} of ${info.relation ?? ''}, and its index${and}`)]);
  }
  if (info.facts.startsWith('identity of ')) {
    return migrationOf(null, [], { problems: [`This sequence is the ${info.facts}: it goes when the column counts no more.`] });
  }
  return migrationOf(null, [step(`DROP ${info.kind.toUpperCase()} ${identityOf(info)}${end}`, `Drops the ${info.kind} ${info.name}${and}`, { loses })]);
}

/** Statements that take dependants away, those that read others first, and those that make them again. */
function remade(dependants: readonly Dependant[]): { drops: MigrationStep[]; makes: MigrationStep[]; problems: string[] } {
  const problems = dependants
    .filter((d) => d.sql === null && d.kind !== 'table')
    .map((d) => `The ${d.kind} ${d.schema === '' ? '' : `${d.schema}.`}${d.name} depends on it. Change or drop it first.`);
  const known = dependants.filter((d) => d.sql !== null);
  return {
    problems,
    drops: known.toReversed().map((d) => step(d.drop ?? `DROP ${d.kind.toUpperCase()} ${quote(d.schema)}.${quote(d.name)}`, `Drops the ${d.kind} ${d.name}, which depends on it`)),
    makes: known.flatMap((d) => postgres.split(d.sql!).map(({ text }) => step(text, `Makes the ${d.kind} ${d.name} again`)))
  };
}

/** With OR REPLACE behind CREATE. */
const replacing = (sql: string, head: CreateHead): string =>
  head.orReplace ? sql : `${sql.slice(0, head.behindCreate)} OR REPLACE${sql.slice(head.behindCreate)}`;

/** A name as SQL reads it: `Public."A b"` is public."A b". */
const plainName = (name: string): string => name.replace(/"(?:[^"]|"")*"|[^"]+/g, (part) => (part.startsWith('"') ? quote(part.slice(1, -1).replaceAll('""', '"')) : part.toLowerCase()));

const ONE: Partial<Record<ObjectKind, string>> = { function: 'CREATE FUNCTION', procedure: 'CREATE PROCEDURE', trigger: 'CREATE TRIGGER' };

/** What a statement does that gives an object that is made again what it had. */
function followWords(sql: string): string {
  if (sql.startsWith('COMMENT')) return 'Sets its comment again';
  if (sql.startsWith('GRANT')) return 'Grants again what was granted on it';
  if (sql.startsWith('REVOKE')) return 'Takes back what a new one is granted';
  return / OWNER TO \S/.test(sql) && !/ TRIGGER /.test(sql) ? 'Gives it back to its owner' : 'Sets again whether it fires';
}

/**
 * A function, procedure or trigger by its whole CREATE: in place where its name, arguments and result stay, else it is
 * dropped and made again with what stands on it.
 */
export function changePostgresObject(reading: ObjectReading, sql: string): Migration {
  const { info } = reading;
  const one = ONE[info.kind];
  const only = (problem: string): Migration => migrationOf(null, [], { problems: [problem] });
  if (!one) return only(`A ${info.kind} is not changed by its SQL.`);
  const [statement, ...more] = postgres.split(sql);
  const [was, ...rest] = postgres.split(reading.ddl).map((s) => s.text);
  const head = statement && createHead(statement.text, scanPostgres);
  if (!head || more.length > 0 || !head.what.endsWith(one.slice(7))) return only(`This must be one ${one} statement.`);
  const { text } = statement;
  if (text === was) return migrationOf(null, []);
  const before = createHead(was!, scanPostgres)!;
  const inPlace = head.what === before.what && head.what !== 'CONSTRAINT TRIGGER' && plainName(head.on) === plainName(before.on) && head.signature === before.signature;
  if (inPlace) return migrationOf(null, [step(replacing(text, head), `Replaces the ${info.kind} ${info.name}${info.kind === 'trigger' ? '' : '; what calls it stays'}`)]);
  const { drops, makes, problems } = remade(reading.dependants);
  const identity = info.kind === 'trigger' ? `${head.name} ON ${head.on}` : `${head.name}(${withoutDefaults(head.args ?? '', scanPostgres)})`;
  // Its comment, and whether it fires, follow it to its new name.
  const follows = rest.map((s) => s.replace(identityOf(info), () => identity).replace(` TRIGGER ${quote(info.name)}`, () => ` TRIGGER ${head.name}`));
  const steps = [
    ...drops,
    step(`DROP ${info.kind.toUpperCase()} ${identityOf(info)}`, `Drops the ${info.kind} ${info.name} as it was`),
    step(text, `Makes the ${info.kind} as it is wanted`),
    ...follows.map((s) => step(s, followWords(s))),
    ...makes
  ];
  return migrationOf(null, problems.length > 0 ? [] : steps, { problems });
}

/** What belongs to one column of a view: nothing of it is left where the changed view has no such column. */
const OF_COLUMN = /^COMMENT ON COLUMN |^GRANT [\w ,]+\(| ALTER COLUMN /;

/** A step that makes again what belonged to a view that was dropped. */
function followStep(sql: string): MigrationStep {
  if (!OF_COLUMN.test(sql)) return step(sql, 'Makes what belongs to it again');
  let tag = '$do$';
  for (let n = 1; sql.includes(tag); n++) tag = `$do${n}$`;
  return step(`DO ${tag} BEGIN\n  ${sql};\nEXCEPTION WHEN undefined_column THEN NULL;\nEND ${tag}`, 'Makes what belongs to a column of it again, if it still has that column');
}

/** A view by its whole CREATE VIEW: replaced, or with `anew` dropped and made again, with what belongs to it and what reads it. */
export function changePostgresView(ref: RelationRef, sql: string, around: ViewReading, anew: boolean): Migration {
  const [statement, ...more] = postgres.split(sql);
  const head = statement && createHead(statement.text, scanPostgres);
  if (!head || more.length > 0 || !head.what.endsWith('VIEW')) return migrationOf(null, [], { problems: ['This must be one CREATE VIEW statement.'] });
  const isMaterialized = around.kind === 'materialized-view';
  if (!anew && !isMaterialized) return migrationOf(null, [step(replacing(statement.text, head), `Makes the view ${ref.relation} as it is wanted; what reads it stays`)]);
  const { drops, makes, problems } = remade(around.dependants);
  const what = isMaterialized ? 'materialized view' : 'view';
  const steps = [
    ...drops,
    step(`DROP ${what.toUpperCase()} ${quote(ref.schema)}.${quote(ref.relation)}`, `Drops the ${what} ${ref.relation} as it was`),
    step(statement.text, `Makes the ${what} ${ref.relation} as it is wanted`),
    ...postgres.split(around.ddl).slice(1).map(({ text }) => followStep(text)),
    ...makes
  ];
  return migrationOf(null, problems.length > 0 ? [] : steps, { problems });
}
