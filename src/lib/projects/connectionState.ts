import type { EngineError, Notice, OpenReport, Progress, SaveState, SchemaInfo, Catalog } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';

export type ConnectionStatus = 'connecting' | 'connected' | 'reconnecting' | 'error';

/** What the page knows of a running connection; plain, replaced as a whole, never stored. */
export interface ConnectionState {
  readonly connectionId: ConnectionId;
  readonly projectId: ProjectId;
  readonly status: ConnectionStatus;
  readonly schemas: readonly SchemaInfo[];
  readonly schemasLoading: boolean;
  readonly catalog: Catalog | null;
  readonly error: EngineError | null;
  /** Epoch ms at which it was lost; null while it is there, and before it ever was. */
  readonly lostAt: number | null;
  /** What is being done while it opens. */
  readonly progress: Progress | null;
  /** Epoch ms at which that began. */
  readonly since: number;
  /** What the engine said of the opening. */
  readonly report: OpenReport | null;
  readonly notices: readonly Notice[];
  /** How far the copy of a dropped file into the browser's storage is; null when there is none to make. */
  readonly save: SaveState | null;
  /** True when this page may only look. */
  readonly readOnly: boolean;
}

export const newConnectionState = (connectionId: ConnectionId, projectId: ProjectId, readOnly: boolean): ConnectionState => ({
  connectionId,
  projectId,
  status: 'connecting',
  schemas: [],
  schemasLoading: false,
  catalog: null,
  error: null,
  lostAt: null,
  progress: null,
  since: Date.now(),
  report: null,
  notices: [],
  save: null,
  readOnly
});
