import type { RelationInfo, SchemaInfo } from '$workers/engine';
import type { DiagramModel } from './diagramModel';

/** The relations of what is drawn. */
export const infoOf = (schema: SchemaInfo, model: DiagramModel): RelationInfo[] => {
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

/**
 * Tables in an order in which they can be made, folded partitions among them: what is pointed to comes first, where there
 * is no ring, and what is divided before its partitions.
 */
export function makingOrder(schema: SchemaInfo, model: DiagramModel): RelationInfo[] {
  const drawn = new Set(model.tables.flatMap((t) => [t.id, ...t.partitions]));
  const left = schema.relations.filter((r) => drawn.has(r.relation));
  const made: RelationInfo[] = [];
  while (left.length > 0) {
    const names = new Set(left.map((i) => i.relation));
    const waits = (i: RelationInfo): boolean =>
      i.foreignKeys.some((k) => k.target.relation !== i.relation && names.has(k.target.relation)) || (i.partitionOf !== undefined && names.has(i.partitionOf.relation));
    const free = left.findIndex((i) => !waits(i));
    made.push(...left.splice(Math.max(0, free), 1));
  }
  return made;
}
