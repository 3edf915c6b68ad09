import { newHolderKey } from '@videosportello/protocol/keys.ts';
import { createCallController } from '@videosportello/sfu-server/client/call-controller.ts';
import { createDeviceCache } from '@videosportello/sfu-server/client/device-cache.ts';
import { DeskApp } from './desk-app.ts';
import { createDeskController } from './desk/desk-controller.ts';
import { isOneMachine } from './desk/one-machine.ts';

const devices = createDeviceCache();
const controller = createDeskController({
  queueUrl: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/operator`,
  // In this page's memory only: a reloaded page makes a new one, and the queue binds new grants to it.
  sessionKey: await newHolderKey(),
  makeSocket: (url) => new WebSocket(url),
  createCall: (options) => createCallController({ ...options, devices }),
  startsMuted: isOneMachine(location.hostname),
});

const app = document.querySelector('desk-app');
if (app instanceof DeskApp) app.controller = controller;
