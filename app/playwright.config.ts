import { defineConfig } from '@playwright/test';

/** The first port of a `cargo local` of the tests' own; the app is five ports further. */
export const PORT = Number(process.env.VAIDYA_PORT ?? 9380);
export const APP = `http://127.0.0.1:${PORT + 5}`;
export const API = `http://127.0.0.1:${PORT}`;
export const MAILBOX = `http://127.0.0.1:${PORT + 4}`;

const program = process.env.VAIDYA_LOCAL ?? `${process.env.CARGO_TARGET_DIR ?? 'target'}/debug/vaidya-local`;

export default defineConfig({
  testDir: 'tests',
  // One stack with one clock: the tests take turns. The times are for a busy machine.
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  // A test that passes only the second time is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list']],
  use: {
    baseURL: APP,
    actionTimeout: 20_000,
    locale: 'en-IN',
    timezoneId: 'Asia/Kolkata',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // Chromium's sandbox refuses root, which is who runs in a container.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  webServer: {
    command: `${program} --port ${PORT} --app app/dist`,
    cwd: process.env.VAIDYA_ROOT ?? '..',
    url: `${APP}/config.json`,
    reuseExistingServer: true,
    timeout: 120_000,
  },
});
