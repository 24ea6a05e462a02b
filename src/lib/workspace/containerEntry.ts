/** A file within a zip, a tar or a folder. */
export interface ContainerEntry {
  /** With its folders. */
  name: string;
  /** Bytes once unpacked. */
  size: number;
  encrypted?: boolean;
  /**
   * Its bytes without unpacking anything: as they lie there, or `packed` as a gzip file is. Null when it is packed in
   * another way, or locked.
   */
  open(): Promise<{ file: Blob; packed: boolean } | null>;
}
