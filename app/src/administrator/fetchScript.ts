/** A script that fetches the parts of an export in their order, each appended to its file. */
export function fetchScript(files: { path: string; url: string }[]): string {
  const lines = ['#!/bin/sh', 'set -eu', 'mkdir vaidya-audit-export', 'cd vaidya-audit-export'];
  for (const { path, url } of files) {
    const folder = path.split('/').slice(0, -1).join('/');
    if (folder) lines.push(`mkdir -p ${quote(folder)}`);
    lines.push(`curl --fail --silent --show-error ${quote(url)} >> ${quote(path)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** As one word of the shell, with any characters in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
