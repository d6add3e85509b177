import type { ReactNode } from 'react';

const PATHS = {
  search: <path d="M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4 4" />,
  calendar: <path d="M5 6h14v14H5zM5 10h14M9 3v4M15 3v4" />,
  clock: <path d="M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 4v4.5l3 2" />,
  video: <path d="M4 7h11v10H4zM15 11l5-3v8l-5-3" />,
  clinic: <path d="M5 20V8l7-4 7 4v12H5ZM12 9.5v5M9.5 12h5" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  cross: <path d="m6 6 12 12M18 6 6 18" />,
  alert: <path d="M12 4 3 19h18L12 4Zm0 6v4m0 2.6v.1" />,
  info: <path d="M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 7v5m0-8v.1" />,
  menu: <path d="M4 7h16M4 12h16M4 17h16" />,
  left: <path d="m14.5 6-6 6 6 6" />,
  right: <path d="m9.5 6 6 6-6 6" />,
  down: <path d="m6 9.5 6 6 6-6" />,
  user: <path d="M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM5 20c.6-3.6 3.4-5.5 7-5.5s6.400 1.900 7 5.500" />,
  users: (
    <path d="M9 5a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7ZM3 19c.5-3 2.800-4.600 6-4.600s5.500 1.600 6 4.600M16 5.500a3.300 3.300 0 0 1 0 6.200M17.500 14.800c2 .6 3.200 2 3.500 4.200" />
  ),
  money: <path d="M7 5h10M7 9h10M14 5c0 5-3 7-7 7l7 7" />,
  eye: (
    <path d="M3 12s3.300-6 9-6 9 6 9 6-3.300 6-9 6-9-6-9-6Zm9-2.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5Z" />
  ),
  bell: <path d="M6 16V11a6 6 0 1 1 12 0v5l1.500 2h-15L6 16Zm4 4h4" />,
  offline: (
    <path d="m4 4 16 16M8.500 12.500a6 6 0 0 1 2-1.300M5 9a11 11 0 0 1 3.500-2.300M12 6c2.700 0 5.100 1.100 7 3M15.500 12.500l-1.200-.9M12 17v.1" />
  ),
  download: <path d="M12 4v11m-4.500-4.500L12 15l4.500-4.500M5 20h14" />,
  sun: (
    <path d="M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100" />
  ),
  globe: (
    <path d="M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm-8 8h16M12 4c2.500 2.200 3.600 5 3.600 8s-1.100 5.800-3.600 8c-2.500-2.200-3.600-5-3.600-8S9.500 6.200 12 4Z" />
  ),
  shield: <path d="M12 3.500 5 6v5.500c0 4.300 2.900 7.300 7 9 4.100-1.700 7-4.700 7-9V6l-7-2.500Z" />,
  plus: <path d="M12 5v14M5 12h14" />,
  trash: <path d="M5 7h14M9 7V4.500h6V7m-8 0 .8 13h8.400L17 7" />,
  edit: <path d="M5 19h3.500L19 8.500 15.500 5 5 15.500V19Z" />,
  repeat: <path d="M5 11a6 6 0 0 1 10.500-3.500L18 10m0-5v5h-5M19 13a6 6 0 0 1-10.500 3.500L6 14m0 5v-5h5" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

/** A picture beside words; it says nothing that the words do not say. */
export function Icon({ name, className = 'size-5' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {PATHS[name]}
    </svg>
  );
}
