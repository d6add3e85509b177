import { useState } from 'react';

/** Hands a file to the reader. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Fetches a file and hands it to the reader. */
export function useDownload(fetch: () => Promise<Blob>, name: string, done?: () => void) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Error>();
  const download = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      save(await fetch(), name);
      done?.();
    } catch (error) {
      setFailed(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, failed, download: () => void download() };
}
