/** Draws an invented face; no picture of anybody. `turn` moves it a little, as a living one does. */
export function drawFace(
  canvas: HTMLCanvasElement,
  person: { readonly hair: string; readonly skin: string; readonly shirt: string },
  size: number,
  turn = 0,
): void {
  const pen = canvas.getContext('2d');
  if (!pen) return;
  const { width, height } = canvas;
  const x = width / 2 + turn;
  const y = height * 0.46;
  const oval = (dx: number, dy: number, rx: number, ry: number, colour: string) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x + dx * size, y + dy * size, rx * size, ry * size, 0, 0, Math.PI * 2);
    pen.fill();
  };
  pen.fillStyle = '#dfe6ec';
  pen.fillRect(0, 0, width, height);
  oval(0, 1.5, 1.15, 0.75, person.shirt);
  oval(0, 0.75, 0.26, 0.45, person.skin);
  oval(0, -0.15, 0.72, 0.88, person.hair);
  oval(0, 0, 0.58, 0.76, person.skin);
  oval(0, -0.62, 0.56, 0.26, person.hair);
  for (const side of [-1, 1]) {
    oval(side * 0.22, -0.08, 0.09, 0.055, '#ffffff');
    oval(side * 0.22, -0.08, 0.045, 0.05, '#2b1d14');
    oval(side * 0.22, -0.22, 0.13, 0.025, person.hair);
  }
  oval(0, 0.14, 0.05, 0.11, 'rgb(0 0 0 / 0.12)');
  oval(0, 0.4, 0.18, 0.045, '#a4504a');
}

export const giulia = { hair: '#3a2416', skin: '#e6b898', shirt: '#7a2e3d' };
export const marta = { hair: '#8a5a2b', skin: '#efc9ae', shirt: '#17324d' };

/** A picture of a face as a track, as a camera gives it. */
export function faceTrack(person: typeof giulia): MediaStreamTrack | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  // A canvas gives a frame only when it is drawn upon after the capture has begun.
  const [track] = canvas.captureStream(5).getVideoTracks();
  let step = 0;
  const draw = () => drawFace(canvas, person, 130, 6 * Math.sin(step++ / 8));
  draw();
  setInterval(draw, 200);
  return track;
}

/** The same face as a card's chip holds it: portrait, JPEG, base64. */
export function chipPhoto(person: typeof giulia): string {
  const canvas = document.createElement('canvas');
  canvas.width = 480;
  canvas.height = 600;
  drawFace(canvas, person, 190);
  return canvas.toDataURL('image/jpeg', 0.85).split(',')[1] ?? '';
}
