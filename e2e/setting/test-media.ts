import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A colour as a camera's picture code: what one side sends, the other must see. */
export interface ColourCode {
  readonly name: string;
  /** 8-bit red, green, blue. */
  readonly rgb: readonly [number, number, number];
}

/** What one person's camera and microphone carry. */
export interface PersonSignal {
  readonly colour: ColourCode;
  /** Pitch of the voice, Hz. */
  readonly pitch: number;
}

export const kioskSignal: PersonSignal = { colour: { name: 'green', rgb: [30, 160, 60] }, pitch: 700 };
export const operatorSignal: PersonSignal = { colour: { name: 'purple', rgb: [130, 50, 170] }, pitch: 1300 };
/** An operator who takes over from another. */
export const colleagueSignal: PersonSignal = { colour: { name: 'orange', rgb: [200, 120, 30] }, pitch: 1000 };

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES = 15;
const RATE = 48_000;

/** Writes a camera and a microphone file for Chromium's fake devices; both loop. */
export async function writeTestMedia(directory: string, name: string, signal: PersonSignal): Promise<{ camera: string; microphone: string }> {
  const camera = join(directory, `${name}.y4m`);
  const microphone = join(directory, `${name}.wav`);
  await writeFile(camera, y4m(signal.colour));
  await writeFile(microphone, wav(signal.pitch));
  return { camera, microphone };
}

/** Uncompressed video (YUV4MPEG2, 4:2:0, BT.601): one plain colour with a moving bar, so that every frame differs. */
function y4m({ rgb: [r, g, b] }: ColourCode): Buffer {
  const luma = Math.round(16 + (65.738 * r + 129.057 * g + 25.064 * b) / 256);
  const blue = Math.round(128 + (-37.945 * r - 74.494 * g + 112.439 * b) / 256);
  const red = Math.round(128 + (112.439 * r - 94.154 * g - 18.285 * b) / 256);
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F30:1 Ip A1:1 C420jpeg\n`)];
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const y = Buffer.alloc(WIDTH * HEIGHT, luma);
    const bar = Math.floor((frame / FRAMES) * 40);
    for (let row = bar * 4; row < bar * 4 + 4; row += 1) y.fill(235, row * WIDTH, (row + 1) * WIDTH);
    parts.push(Buffer.from('FRAME\n'), y, Buffer.alloc((WIDTH * HEIGHT) / 4, blue), Buffer.alloc((WIDTH * HEIGHT) / 4, red));
  }
  return Buffer.concat(parts);
}

/**
 * Three seconds of a voice-like sound: a sine in syllables of uneven length, PCM, 16 bit, mono, 48 kHz. An unbroken tone would be taken
 * for noise and be suppressed, as it should be.
 */
function wav(pitch: number): Buffer {
  const samples = RATE * 3;
  const data = Buffer.alloc(samples * 2);
  for (let index = 0; index < samples; index += 1) {
    const time = index / RATE;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 2.3 * time + 1.7 * Math.sin(2 * Math.PI * 0.7 * time)));
    data.writeInt16LE(Math.round(20_000 * syllable * Math.sin(2 * Math.PI * pitch * time)), index * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}
