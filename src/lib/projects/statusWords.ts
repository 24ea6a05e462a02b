import type { ConnectionState } from './connectionState';

export type ProjectStatus = 'connected' | 'connecting' | 'reconnecting' | 'disconnected' | 'error';

export const statusOf = (connection: ConnectionState | undefined): ProjectStatus => connection?.status ?? 'disconnected';

/** A status in one or two words. */
export function statusWords(connection: ConnectionState | undefined): string {
  switch (statusOf(connection)) {
    case 'connected':
      return 'connected';
    case 'connecting':
      return 'Opening…';
    case 'reconnecting':
      return 'Reconnecting…';
    case 'error':
      return connection?.error?.code === 'in-use' ? 'Open elsewhere' : connection?.catalog ? 'Lost' : 'Failed';
    case 'disconnected':
      return 'not connected';
  }
}
