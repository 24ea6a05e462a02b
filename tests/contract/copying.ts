import * as Comlink from 'comlink';
import { expect } from 'vitest';
import type { CopyReport, RelationRef } from '$workers/engine';
import { planCopy } from '$workers/dialect/copyPlan';
import { dialectOf } from '$workers/dialect/dialectOf';
import type { EngineName, EngineUnderTest } from './engineUnderTest';

/** Copies tables from one worker to another as the page does it. */
export async function copy(source: EngineUnderTest, from: EngineName, target: EngineUnderTest, to: EngineName, relations: readonly RelationRef[]): Promise<CopyReport & { planned: string[] }> {
  const tables = [];
  for (const ref of relations) tables.push({ structure: await source.structure(ref), survey: await source.surveyRelation(ref) });
  const catalog = await target.catalog();
  const plan = planCopy({ from: dialectOf(from), to: dialectOf(to), tables, schema: catalog.defaultSchema, catalog, types: new Map() });
  expect(plan.problems).toEqual([]);
  const { port1, port2 } = new MessageChannel();
  const request = { tables: plan.tables.map((t) => ({ ref: t.source, columns: t.columns.map((c) => c.name) })) };
  const sending = source.sendRows(request, Comlink.transfer(port1, [port1]));
  sending.catch(() => undefined);
  const report = await target.receiveRows({ plan, from, expected: 0 }, Comlink.transfer(port2, [port2]));
  await sending;
  return { ...report, planned: plan.notes };
}

export async function tablesOf(e: EngineUnderTest): Promise<RelationRef[]> {
  const { schemas } = await e.catalog();
  return schemas.flatMap((s) => s.relations.filter((r) => r.kind === 'table')).map(({ schema, relation }) => ({ schema, relation }));
}
