import type { CertificateState } from '@videosportello/certificates/client/certificate-client.ts';
import type { ScanId } from '@videosportello/protocol/ids.ts';
import type { ScanView } from '@videosportello/protocol/messages/scan.ts';

/** A scanned page as the desk shows it. */
export interface ScanPicture {
  readonly scan: ScanView;
  /** Address of the picture in this page's memory; undefined while it is fetched, or when that failed. */
  readonly url: string | undefined;
  readonly failed: boolean;
}

/** Where pictures are kept: in a browser `URL.createObjectURL` and `URL.revokeObjectURL`. */
export interface PictureMemory {
  keep(content: Blob): string;
  release(url: string): void;
}
export const browserMemory: PictureMemory = {
  keep: (content) => URL.createObjectURL(content),
  release: (url) => URL.revokeObjectURL(url),
};

/** The pictures of a visit's scanned pages, in this page's memory only and no longer than the node lists them. */
export interface ScanPictures {
  /**
   * Fetches what the certificate node lists and is not here, once the line is open, and releases what it lists no more: all of
   * it when the visit is over. What could not be fetched is tried again with the node's next word.
   */
  follow(state: Pick<CertificateState, 'connection' | 'file'>): void;
  /** Releases everything, also what is still on its way. */
  close(): void;
}

/** Makes the pictures of one visit; `onChange` has them all, oldest first. */
export function createScanPictures(options: {
  /** The bytes are wiped here once they are kept. */
  readonly fetch: (scanId: ScanId) => Promise<Uint8Array<ArrayBuffer>>;
  readonly memory: PictureMemory;
  readonly onChange: (pictures: readonly ScanPicture[]) => void;
}): ScanPictures {
  const { memory } = options;
  const held = new Map<ScanId, ScanPicture>();
  const fetching = new Set<ScanId>();
  const tell = () => options.onChange([...held.values()]);

  const settle = (scan: ScanView, outcome: Pick<ScanPicture, 'url' | 'failed'>) => {
    held.set(scan.scanId, { scan, ...outcome });
    tell();
  };
  const fetchOne = async (scan: ScanView): Promise<void> => {
    const { scanId, mediaType } = scan;
    if (fetching.has(scanId)) return;
    fetching.add(scanId);
    try {
      const bytes = await options.fetch(scanId);
      const isWanted = held.has(scanId);
      const content = isWanted ? new Blob([bytes], { type: mediaType }) : undefined;
      bytes.fill(0);
      if (content) settle(scan, { url: memory.keep(content), failed: false });
    } catch {
      if (held.has(scanId)) settle(scan, { url: undefined, failed: true });
    } finally {
      fetching.delete(scanId);
    }
  };

  const keepOnly = (listed: readonly ScanView[]) => {
    const gone = [...held].filter(([scanId]) => !listed.some((scan) => scan.scanId === scanId));
    for (const [scanId, { url }] of gone) {
      held.delete(scanId);
      if (url !== undefined) memory.release(url);
    }
    return gone.length > 0;
  };

  return {
    follow({ connection, file }) {
      const listed = file?.scans ?? [];
      const fresh = listed.filter(({ scanId }) => !held.has(scanId));
      for (const scan of fresh) held.set(scan.scanId, { scan, url: undefined, failed: false });
      if (keepOnly(listed) || fresh.length > 0) tell();
      if (connection !== 'open') return;
      for (const { scan, url } of held.values()) if (url === undefined) void fetchOne(scan);
    },
    close: () => void keepOnly([]),
  };
}
