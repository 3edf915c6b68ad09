import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect } from 'chai';
import { acquireMedia, releaseMedia } from './media-devices.ts';

type Kind = 'audio' | 'video';

/** Devices that fail with a DOMException of this name, or are there. */
function devices(failures: Partial<Record<Kind, string>>) {
  const asked: string[] = [];
  const getUserMedia = async ({ audio, video }: MediaStreamConstraints = {}): Promise<MediaStream> => {
    const kinds: Kind[] = [...(audio ? ['audio' as const] : []), ...(video ? ['video' as const] : [])];
    asked.push(kinds.join('+'));
    const failing = kinds.map((kind) => failures[kind]).find((name) => name !== undefined);
    if (failing) throw new DOMException('no', failing);
    const tracks = kinds.map((kind) => new FakeMediaStreamTrack({ kind }));
    const of = (kind: Kind) => tracks.filter((track) => track.kind === kind);
    return { getAudioTracks: () => of('audio'), getVideoTracks: () => of('video') } as unknown as MediaStream;
  };
  return { asked, getUserMedia };
}
const both = { microphone: true, camera: true };
const shape = (media: Awaited<ReturnType<typeof acquireMedia>>) =>
  [media.microphone, media.camera].map((source) => ('track' in source ? source.track.kind : source.absent));

describe('acquiring microphone and camera', () => {
  it('asks for both at once', async () => {
    const there = devices({});
    const media = await acquireMedia(both, there);
    expect([shape(media), there.asked]).to.deep.equal([['audio', 'video'], ['audio+video']]);
    expect('track' in media.camera && media.camera.track.contentHint).to.equal('motion');
  });

  const table: [string, Partial<Record<Kind, string>>, string[]][] = [
    ['no camera', { video: 'NotFoundError' }, ['audio', 'absent']],
    ['a camera another program holds', { video: 'NotReadableError' }, ['audio', 'busy']],
    ['a microphone that is denied', { audio: 'NotAllowedError' }, ['denied', 'video']],
    ['neither', { audio: 'NotFoundError', video: 'NotAllowedError' }, ['absent', 'denied']],
    ['something unheard of', { audio: 'StrangeError' }, ['failed', 'video']],
  ];
  for (const [what, failures, expected] of table) {
    it(`goes on with ${what} and keeps the reason`, async () => {
      expect(shape(await acquireMedia(both, devices(failures)))).to.deep.equal(expected);
    });
  }

  it('asks for nothing that is not wanted', async () => {
    const there = devices({});
    expect(shape(await acquireMedia({ microphone: true, camera: false }, there))).to.deep.equal(['audio', 'not-wanted']);
    expect(there.asked).to.deep.equal(['audio']);
  });

  it('goes on in a browser without the interface', async () => {
    expect(shape(await acquireMedia(both, undefined))).to.deep.equal(['unsupported', 'unsupported']);
  });

  it('releases what it acquired', async () => {
    const media = await acquireMedia(both, devices({}));
    releaseMedia(media);
    expect('track' in media.camera && media.camera.track.readyState).to.equal('ended');
  });
});
