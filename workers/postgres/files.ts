/** Named files, as much of a store as Postgres' file system needs. */
export interface Files {
  files(): { name: string; size: number }[];
  /** Bytes; -1 when there is no such file. */
  size(name: string): number;
  /** Fills `into` from `at`; gives how many bytes there were. */
  read(name: string, at: number, into: Uint8Array): number;
  /** Makes an empty file; one of that name stays as it is. */
  create(name: string): void;
  /** The file is made when missing. Throws a StorageError. */
  write(name: string, at: number, bytes: Uint8Array): void;
  truncate(name: string, size: number): void;
  remove(name: string): void;
  rename(from: string, to: string): void;
}
