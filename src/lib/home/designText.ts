import { parseDbml } from '$workers/dialect/dbml';
import { designSql } from '$workers/dialect/designSql';
import { dialectOf } from '$workers/dialect/dialectOf';
import { scriptOf } from '$workers/dialect/schemaSql';
import { messageOf, type EngineKind } from '$workers/engine';
import { plural } from '$lib/base/format';

/** What a pasted design makes. */
export interface DesignReading {
  /** In words, what was recognised. */
  facts: string;
  /** What will run; empty where nothing can. */
  sql: string;
  /** In words, what is wrong; null for nothing. */
  problem: string | null;
}

/** True for DBML: an element with its braces or colon, and no SQL that makes anything. */
const isDbml = (text: string): boolean =>
  /^\s*(?:table|enum|ref|project|tablegroup)\b[^;\n]*[{:]/im.test(text) && !/^\s*(?:create|alter|insert|begin|pragma|set|comment)\s/im.test(text);

/** Reads a design in DBML or SQL. */
export function readDesign(text: string, engine: EngineKind): DesignReading {
  if (text.trim() === '') return { facts: '', sql: '', problem: null };
  if (!isDbml(text)) {
    const statements = dialectOf(engine).split(text);
    return { facts: `SQL, ${plural(statements.length, 'statement')}, run as it is`, sql: statements.length > 0 ? text : '', problem: null };
  }
  try {
    const dbml = parseDbml(text);
    const migration = designSql(dbml, engine);
    const facts = ['DBML', plural(dbml.tables.length, 'table'), plural(dbml.refs.length, 'relationship'), dbml.enums.length > 0 ? plural(dbml.enums.length, 'enum') : ''];
    const sql = migration.steps.length > 0 ? `${scriptOf(migration)}\n` : '';
    return { facts: facts.filter(Boolean).join(', '), sql, problem: migration.problems[0] ?? null };
  } catch (e) {
    return { facts: 'DBML', sql: '', problem: messageOf(e) };
  }
}
