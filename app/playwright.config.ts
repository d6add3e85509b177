import { defineConfig } from '@playwright/test';

/** How many tests run at a time. Each has a stack of its own, since a stack has one clock and one set of people. */
const STACKS = Number(process.env.VAIDYA_STACKS ?? 2);
/** The first port of a stack, which is a `cargo local` of the tests' own. */
const portOf = (stack: number) => Number(process.env.VAIDYA_PORT ?? 9380) + 10 * stack;
/** The first port of this worker's stack; the app is five ports further. */
export const PORT = portOf(Number(process.env.TEST_PARALLEL_INDEX ?? 0));
export const APP = `http://127.0.0.1:${PORT + 5}`;
export const API = `http://127.0.0.1:${PORT}`;
export const MAILBOX = `http://127.0.0.1:${PORT + 4}`;

const program = process.env.VAIDYA_LOCAL ?? `${process.env.CARGO_TARGET_DIR ?? 'target'}/debug/vaidya-local`;

export default defineConfig({
  testDir: 'tests',
  workers: STACKS,
  // No test builds on another one: the next one goes to the stack that is free. The times are for a busy machine.
  fullyParallel: true,
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
  webServer: Array.from({ length: STACKS }, (_, stack) => ({
    command: `${program} --port ${portOf(stack)} --app app/dist`,
    cwd: process.env.VAIDYA_ROOT ?? '..',
    url: `http://127.0.0.1:${portOf(stack) + 5}/config.json`,
    reuseExistingServer: true,
    timeout: 120_000,
  })),
});
