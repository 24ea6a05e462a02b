import { SvelteMap } from 'svelte/reactivity';
import { EngineError, messageOf, type Catalog } from '$workers/engine';
import { newId, type ConnectionId, type ProjectId } from '$lib/base/id';
import { Autosave } from '$lib/persistence/autosave.svelte';
import { database, type ProjectRow } from '$lib/persistence/database';
import { OtherTabs } from '$lib/persistence/otherTabs';
import { newConnectionState, type ConnectionState, type ConnectionStatus } from './connectionState';
import { nextColour } from './houseColours';
import { projectOfRow, uniqueName, type NewProject, type Project, type ProjectSettings } from './project';

const byOrder = (a: Project, b: Project): number => a.order - b.order || a.createdAt - b.createdAt;

/** Projects, kept in Dexie, and their connections, never kept. */
export class ProjectStore {
  projects = $state.raw<readonly Project[]>([]);
  /** By project. Values are plain and replaced as a whole. */
  readonly connections = new SvelteMap<ProjectId, ConnectionState>();
  #saved = new Autosave<string, ProjectRow>(async (rows, removed) => {
    await database.transaction('rw', database.projects, async () => {
      for (const row of rows) await this.#write(row);
      if (removed.length > 0) await database.projects.bulkDelete(removed);
    });
    for (const row of rows) this.#kept.set(row.id, row);
    for (const id of removed) this.#kept.delete(id);
    const first = rows.flatMap(({ id }) => (this.#unwritten.delete(id) ? [id] : []));
    if (first.length > 0) await database.sweepable.bulkDelete(first);
    this.#writes++;
    this.#others.tell();
    this.#readAgain();
  });
  /** Rows as they were written or read last. */
  #kept = new Map<string, ProjectRow>();
  #writes = 0;
  readonly #others = new OtherTabs('projects');
  #readAgain = (): void => undefined;
  /** Projects of which it was told that another browser tab has removed them. */
  #gone = new Set<ProjectId>();
  /** Projects whose database is not whole yet: they are not written down. */
  #halfMade = new Set<ProjectId>();
  /** Projects that are to be kept and never were written down yet. */
  #unwritten = new Set<string>();

  async load(): Promise<void> {
    const rows = await database.projects.toArray();
    for (const row of rows) this.#kept.set(row.id, row);
    this.projects = rows.map(projectOfRow).sort(byOrder);
  }

  /**
   * Takes over what other browser tabs write of projects: else this one would write its own, older rows over theirs.
   * @param onGone called with each project that another tab has removed
   * @returns its undo
   */
  follow(onGone: (project: Project) => void): () => void {
    this.#readAgain = () =>
      void this.#read(onGone).catch((e: unknown) => console.error('What other browser tabs wrote of projects could not be read.', e));
    return this.#others.hear(this.#readAgain);
  }

  async #read(onGone: (project: Project) => void): Promise<void> {
    const writes = this.#writes;
    const rows = await database.projects.toArray();
    // What was read before the last write here may be older than that, which reads again.
    if (writes === this.#writes) this.#takeOver(rows, onGone);
  }

  #takeOver(rows: readonly ProjectRow[], onGone: (project: Project) => void): void {
    const theirs = new Map(rows.filter(({ id }) => !this.#saved.isPending(id)).map((row) => [row.id, projectOfRow(row)]));
    for (const row of rows) if (!this.#saved.isPending(row.id)) this.#kept.set(row.id, row);
    const gone = this.projects.filter(({ id }) => !theirs.has(id) && !this.#halfMade.has(id) && !this.#saved.isPending(id));
    const mine = this.projects.map((project) => {
      const other = theirs.get(project.id);
      theirs.delete(project.id);
      return !other || JSON.stringify(other) === JSON.stringify(project) ? project : other;
    });
    if (theirs.size > 0 || mine.some((project, at) => project !== this.projects[at])) {
      this.projects = [...mine, ...theirs.values()].sort(byOrder);
    }
    for (const { id } of gone) this.#kept.delete(id);
    for (const project of gone.filter(({ id }) => !this.#gone.has(id))) {
      this.#gone.add(project.id);
      onGone(project);
    }
  }

  /** What of a row was changed here: the rest is as another browser tab may have written it, and so is that it is gone. */
  async #write(row: ProjectRow): Promise<void> {
    const kept = this.#kept.get(row.id);
    if (!kept) return void (await database.projects.put(row));
    const isChanged = ([field, value]: [string, unknown]): boolean => JSON.stringify(value) !== JSON.stringify(kept[field as keyof ProjectRow]);
    await database.projects.update(row.id, Object.fromEntries(Object.entries(row).filter(isChanged)));
  }

  flush(): Promise<void> {
    return this.#saved.flush();
  }

  /** A new project with a unique name and its own colour; written down by `keepProject` once its database is whole. */
  addProject(wanted: NewProject): Project {
    const now = Date.now();
    const project: Project = {
      id: wanted.id ?? newId<ProjectId>(),
      name: uniqueName(wanted.name, this.projects.map((p) => p.name)),
      colour: nextColour(this.projects.map((p) => p.colour)),
      engine: wanted.engine,
      createdAt: now,
      openedAt: now,
      fileName: wanted.fileName,
      bytes: wanted.bytes,
      relations: null,
      order: Math.max(0, ...this.projects.map((p) => p.order)) + 1,
      settings: {},
      restore: null,
      disk: wanted.disk ?? null
    };
    this.#halfMade.add(project.id);
    this.projects = [...this.projects, project];
    return project;
  }

  /** Writes a project down from now on, at once: until it is, a page that ends would lose it. Resolves and rejects as `written`. */
  keepProject(projectId: ProjectId): Promise<void> {
    const project = this.getProject(projectId);
    if (this.#halfMade.delete(projectId) && project) {
      this.#unwritten.add(projectId);
      this.#saved.put(projectId, project);
    }
    return this.written(projectId);
  }

  /**
   * Resolves when what there is of a project is written down. Rejects with EngineError where one that is to be kept
   * could not be; it is tried again in a while.
   */
  async written(projectId: ProjectId): Promise<void> {
    await this.#saved.flush();
    if (!this.#unwritten.has(projectId)) return;
    throw new EngineError({
      code: 'storage-full',
      message: `The browser did not take the project’s record: ${messageOf(this.#saved.failure)}`,
      hint: 'Remove a project that is no longer needed, or free space on the disk.'
    });
  }

  /** Writes a project down again that is no longer in the database, and should be. */
  keepAgain(projectId: ProjectId): void {
    const project = this.getProject(projectId);
    if (!project) return;
    this.#gone.delete(projectId);
    this.#saved.put(projectId, project);
  }

  isHalfMade(projectId: ProjectId): boolean {
    return this.#halfMade.has(projectId);
  }

  updateProject(projectId: ProjectId, change: Partial<Omit<Project, 'id'>>): void {
    this.projects = this.projects.map((p) => (p.id === projectId ? { ...p, ...change } : p));
    const project = this.getProject(projectId);
    if (project && !this.#halfMade.has(projectId)) this.#saved.put(projectId, project);
  }

  /** Changes some of what a project's user sets. */
  setSettings(projectId: ProjectId, change: Partial<ProjectSettings>): void {
    const project = this.getProject(projectId);
    if (project) this.updateProject(projectId, { settings: { ...project.settings, ...change } });
  }

  /** Puts the projects into this order. */
  reorderProjects(ids: readonly ProjectId[]): void {
    for (const [order, id] of ids.entries()) {
      if (this.getProject(id)?.order !== order + 1) this.updateProject(id, { order: order + 1 });
    }
    this.projects = [...this.projects].sort((a, b) => a.order - b.order);
  }

  /** Forgets a project; its bytes are removed by who calls. */
  async removeProject(projectId: ProjectId): Promise<void> {
    this.projects = this.projects.filter((p) => p.id !== projectId);
    this.connections.delete(projectId);
    this.#halfMade.delete(projectId);
    this.#unwritten.delete(projectId);
    this.#saved.remove(projectId);
    await this.#saved.flush();
    await database.removeProject(projectId);
  }

  getProject(projectId: ProjectId): Project | undefined {
    return this.projects.find((p) => p.id === projectId);
  }

  getConnection(projectId: ProjectId): ConnectionState | undefined {
    return this.connections.get(projectId);
  }

  /** The connection of an id; undefined after its disconnect. */
  getConnectionById(connectionId: ConnectionId): ConnectionState | undefined {
    for (const c of this.connections.values()) if (c.connectionId === connectionId) return c;
    return undefined;
  }

  /** True while connected or reconnecting. */
  isProjectConnected(projectId: ProjectId): boolean {
    const status = this.connections.get(projectId)?.status;
    return status === 'connected' || status === 'reconnecting';
  }

  /** Connected projects in their order. */
  get connected(): Project[] {
    return this.projects.filter((p) => this.isProjectConnected(p.id));
  }

  connectProject(projectId: ProjectId, connectionId: ConnectionId, readOnly = false): void {
    this.connections.set(projectId, newConnectionState(connectionId, projectId, readOnly));
  }

  disconnectProject(projectId: ProjectId): void {
    this.connections.delete(projectId);
  }

  /** Changes the state of a connection; an answer for one that is gone, or was replaced, is dropped. */
  updateConnection(connectionId: ConnectionId, change: Partial<ConnectionState>): void {
    const state = this.getConnectionById(connectionId);
    if (!state) return;
    const status = change.status ?? state.status;
    const lostAt = status === 'connected' ? null : state.status === 'connected' ? Date.now() : state.lostAt;
    this.connections.set(state.projectId, { ...state, ...change, lostAt });
  }

  setProjectConnectionStatus(connectionId: ConnectionId, status: ConnectionStatus): void {
    this.updateConnection(connectionId, { status, ...(status === 'connected' ? { error: null, progress: null } : {}) });
  }

  setProjectSchemas(connectionId: ConnectionId, catalog: Catalog): void {
    this.updateConnection(connectionId, { catalog, schemas: catalog.schemas, schemasLoading: false });
  }

  setProjectSchemasLoading(connectionId: ConnectionId, schemasLoading: boolean): void {
    this.updateConnection(connectionId, { schemasLoading });
  }

  setProjectError(connectionId: ConnectionId, error: EngineError | null): void {
    this.updateConnection(connectionId, { error });
  }
}

export const projectStore = new ProjectStore();
