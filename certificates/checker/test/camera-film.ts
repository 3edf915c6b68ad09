import type { GreyPicture } from '../../test/grey-picture.ts';

/** How a camera is held over a page. */
export interface CameraPose {
  /** Of the film, pixels; even. */
  readonly width: number;
  readonly height: number;
  /** Point of the page in the middle of the picture, as shares of its width and height. */
  readonly middle: readonly [across: number, down: number];
  /** Pixels of the page for one of the film, in the middle of the picture. */
  readonly scale: number;
  /** Degrees by which the page is turned. */
  readonly turn: number;
  /** How much smaller the upper edge of the picture shows things than the middle, as a share. */
  readonly tilt: number;
}

/**
 * A film for Chromium's `--use-file-for-fake-video-capture`: YUV4MPEG2, 4:2:0, in grey, two equal pictures that the camera
 * repeats. Beside the page lies a grey table.
 */
export function filmOf(page: GreyPicture, { width, height, middle, scale, turn, tilt }: CameraPose): Uint8Array {
  const [sine, cosine] = [Math.sin((turn * Math.PI) / 180), Math.cos((turn * Math.PI) / 180)];
  const luma = Buffer.alloc(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [across, down] = [column - width / 2, row - height / 2];
      const depth = scale / (1 + (2 * tilt * down) / height);
      const x = middle[0] * page.width + depth * (across * cosine - down * sine);
      const y = middle[1] * page.height + depth * (across * sine + down * cosine);
      luma[row * width + column] = shadeAt(page, x, y);
    }
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420jpeg\n`), frame, frame]);
}

/** Between the four nearest pixels. */
function shadeAt({ width, height, pixels }: GreyPicture, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) return 120;
  const at = top * width + left;
  const [right, low] = [x - left, y - top];
  const upper = (pixels[at] ?? 0) * (1 - right) + (pixels[at + 1] ?? 0) * right;
  const lower = (pixels[at + width] ?? 0) * (1 - right) + (pixels[at + width + 1] ?? 0) * right;
  return upper * (1 - low) + lower * low;
}
