import { createQueueViewClient } from '@videosportello/queue-service/client/queue-view-client.ts';
import { QueueApp } from './queue-app.ts';

const app = document.querySelector('queue-app');
if (app instanceof QueueApp) app.client = createQueueViewClient('/view/queue/events', { fetch });
