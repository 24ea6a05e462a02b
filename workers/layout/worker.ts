import { placeTables, type LayoutRequest } from './placeTables';

self.onmessage = (event: MessageEvent<LayoutRequest>) => {
  self.postMessage(placeTables(event.data));
};
