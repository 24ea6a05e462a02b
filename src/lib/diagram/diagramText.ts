import { primaryKey } from '$workers/dialect/primaryKey';
import type { RelationInfo, SchemaInfo } from '$workers/engine';
import type { DiagramModel } from './diagramModel';

const infoOf = (schema: SchemaInfo, model: DiagramModel): RelationInfo[] => {
  const drawn = new Set(model.tables.map((t) => t.id));
  return schema.relations.filter((r) => drawn.has(r.relation));
};

/** A name as Mermaid takes it. */
const word = (text: string): string => text.replace(/[^\p{L}\p{N}_]+/gu, '_') || '_';

/** The drawn tables as a Mermaid entity-relationship diagram. */
export function mermaidOf(schema: SchemaInfo, model: DiagramModel): string {
  const lines = ['erDiagram'];
  for (const info of infoOf(schema, model)) {
    const foreign = new Set(info.foreignKeys.flatMap((k) => k.columns));
    lines.push(`  ${word(info.relation)}["${info.relation.replaceAll('"', "'")}"] {`);
    for (const c of info.columns.filter((c) => !c.hidden)) {
      const keys = [c.keyPlace > 0 ? 'PK' : '', foreign.has(c.name) ? 'FK' : ''].filter(Boolean).join(', ');
      lines.push(`    ${word(c.type || 'any')} ${word(c.name)}${keys ? ` ${keys}` : ''}`);
    }
    lines.push('  }');
  }
  for (const e of model.edges.filter((e) => e.id.endsWith('.0'))) {
    const child = e.many ? 'o{' : 'o|';
    lines.push(`  ${word(e.parent)} ${e.optional ? '|o' : '||'}--${child} ${word(e.child)} : "${e.childColumn.replaceAll('"', "'")}"`);
  }
  return `${lines.join('\n')}\n`;
}

const quoted = (name: string): string => (/^\w+$/.test(name) ? name : `"${name.replaceAll('"', '\\"')}"`);

/** The drawn tables as DBML (dbml.org). */
export function dbmlOf(schema: SchemaInfo, model: DiagramModel): string {
  const infos = infoOf(schema, model);
  const tables = infos.map((info) => {
    const keys = primaryKey(info.columns);
    const columns = info.columns
      .filter((c) => !c.hidden)
      .map((c) => {
        const notes = [
          keys.length === 1 && c.keyPlace > 0 ? 'pk' : '',
          c.nullable ? '' : 'not null',
          c.default !== null && !c.generated ? `default: \`${c.default.replaceAll('`', "'")}\`` : '',
          c.comment ? `note: '${c.comment.replaceAll("'", "\\'").replaceAll('\n', ' ')}'` : ''
        ].filter(Boolean);
        return `  ${quoted(c.name)} ${quoted(c.type || 'any')}${notes.length > 0 ? ` [${notes.join(', ')}]` : ''}`;
      });
    const whole = keys.map((c) => quoted(c.name)).join(', ');
    const indexes = keys.length > 1 ? ['', '  indexes {', `    (${whole}) [pk]`, '  }'] : [];
    return [`Table ${quoted(info.relation)} {`, ...columns, ...indexes, '}'].join('\n');
  });
  const drawn = new Set(infos.map((i) => i.relation));
  const refs = infos.flatMap((info) =>
    info.foreignKeys.flatMap((key, k) => {
      if (!drawn.has(key.target.relation) || key.target.schema !== info.schema) return [];
      const edges = model.edges.filter((e) => e.id.startsWith(`${info.relation}#${k}.`));
      const list = (names: string[]): string => (names.length === 1 ? quoted(names[0]!) : `(${names.map(quoted).join(', ')})`);
      const actions = [key.onDelete === 'NO ACTION' ? '' : `delete: ${key.onDelete.toLowerCase()}`, key.onUpdate === 'NO ACTION' ? '' : `update: ${key.onUpdate.toLowerCase()}`].filter(Boolean);
      const from = `${quoted(info.relation)}.${list(edges.map((e) => e.childColumn))}`;
      const to = `${quoted(key.target.relation)}.${list(edges.map((e) => e.parentColumn))}`;
      return [`Ref: ${from} ${edges[0]?.many === false ? '-' : '>'} ${to}${actions.length > 0 ? ` [${actions.join(', ')}]` : ''}`];
    })
  );
  return `${[...tables, ...(refs.length > 0 ? [refs.join('\n')] : [])].join('\n\n')}\n`;
}

/** Tables in an order in which they can be made: what is pointed to comes first, where there is no ring. */
export function makingOrder(schema: SchemaInfo, model: DiagramModel): RelationInfo[] {
  const left = infoOf(schema, model);
  const made: RelationInfo[] = [];
  while (left.length > 0) {
    const names = new Set(left.map((i) => i.relation));
    const free = left.findIndex((i) => i.foreignKeys.every((k) => k.target.relation === i.relation || !names.has(k.target.relation)));
    made.push(...left.splice(Math.max(0, free), 1));
  }
  return made;
}
