import { webApp } from '@videosportello/web-parts/vite.ts';

export default webApp(import.meta.dirname, ['index.html', 'queue.html']);
