/**
 * The console's Content-Security-Policy (W3C CSP 3): nothing but its own files, and sockets to this service and to the nodes
 * that are registered. Pictures of documents come as blobs, video as media streams.
 */
export function contentSecurityPolicy(ownUrl: string, nodeUrls: readonly string[]): string {
  const own = new URL(ownUrl);
  const sockets = [`${own.protocol === 'https:' ? 'wss' : 'ws'}://${own.host}`, ...nodeUrls.map((url) => new URL(url).origin)];
  return [
    "default-src 'none'",
    "script-src 'self'",
    // No exception for inline styles: elements bring constructed style sheets, and what moves is set through the CSSOM.
    "style-src 'self'",
    "font-src 'self'",
    `connect-src 'self' ${[...new Set(sockets)].join(' ')}`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
