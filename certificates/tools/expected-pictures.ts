import { mkdir, writeFile } from 'node:fs/promises';
import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { loadFonts } from '../src/render/fonts.ts';
import { drawSample } from '../src/templates/samples/draw-sample.ts';
import { EDITIONS } from '../src/templates/samples/editions.ts';
import { pictureOf, writePicture } from '../test/grey-picture.ts';

/*
 * Draws anew the pictures that the papers are compared with: node certificates/tools/expected-pictures.ts
 * Look at each before it is committed.
 */
const folder = new URL('../src/templates/expected/', import.meta.url);
await mkdir(folder, { recursive: true });
const fonts = await loadFonts();
for (const type of certificateType.options) {
  for (const [name, wish] of Object.entries(EDITIONS)) {
    const { rendered } = await drawSample(type, wish, fonts);
    const picture = await pictureOf(rendered.pdf);
    await writeFile(new URL(`${type}.${name}.png`, folder), writePicture(picture));
  }
}
console.log(`${certificateType.options.length * Object.keys(EDITIONS).length} pictures`);
