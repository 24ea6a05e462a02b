import { tellRequests } from '../wire/tellRequests';
import { placeTables, type LayoutRequest } from './placeTables';

tellRequests();
self.onmessage = (event: MessageEvent<LayoutRequest>) => {
  self.postMessage(placeTables(event.data));
};
