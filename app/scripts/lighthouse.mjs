// Measures pages of a running `cargo local` with Lighthouse, and fails if a budget is broken. README.md tells the method.
import { chromium } from '@playwright/test';
import lighthouse from 'lighthouse';

const APP = process.env.VAIDYA_APP ?? 'http://127.0.0.1:8085';
const RUNS = Number(process.env.VAIDYA_RUNS ?? 3);
const PORT = 9222;
const EMAIL = 'asha.verma@example.com';
const PASSWORD = 'Vaidya-demo-2026!';

/** What is measured: where it stands in the report, the budget, and how it is shown. */
const MEASURES = [
  { name: 'LCP', of: audit('largest-contentful-paint'), most: 2000, show: ms },
  { name: 'TBT', of: audit('total-blocking-time'), most: 200, show: ms },
  { name: 'CLS', of: audit('cumulative-layout-shift'), most: 0.1, show: n => n.toFixed(3) },
  {
    name: 'accessibility',
    of: ({ categories }) => categories.accessibility.score,
    least: 0.95,
    show: String,
  },
];

function audit(name) {
  return ({ audits }) => audits[name].numericValue;
}

function ms(value) {
  return `${Math.round(value)} ms`;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function signIn(page) {
  await page.goto(`${APP}/doctors`);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel(/e-?mail|username/i).fill(EMAIL);
  await page.getByLabel(/^password/i).fill(PASSWORD);
  await page.getByRole('button', { name: /log in/i }).click();
  await page.getByRole('link', { name: /Meera Krishnan/ }).waitFor();
  return page.getByRole('link', { name: /Meera Krishnan/ }).getAttribute('href');
}

async function measure(path) {
  const settings = {
    port: PORT,
    onlyCategories: ['performance', 'accessibility'],
    // The session of the log-in must stay.
    disableStorageReset: true,
  };
  const { lhr } = await lighthouse(`${APP}${path}`, settings);
  if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  if (new URL(lhr.finalDisplayedUrl).pathname !== path)
    throw new Error(`${path} led to ${lhr.finalDisplayedUrl}`);
  return lhr;
}

const context = await chromium.launchPersistentContext('', {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  locale: 'en-IN',
  args: [`--remote-debugging-port=${PORT}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});
let broken = 0;
try {
  const page = await context.newPage();
  await page.goto(APP);
  const report = async (name, path) => {
    const reports = [];
    for (let run = 0; run < RUNS; run++) reports.push(await measure(path));
    const told = MEASURES.map(({ name: measureName, of, most, least, show }) => {
      const value = median(reports.map(of));
      const good = most === undefined ? value >= least : value <= most;
      if (!good) broken++;
      return `${measureName} ${show(value)}${good ? '' : ` (budget ${show(most ?? least)})`}`;
    });
    console.log(`${name.padEnd(10)}${told.join(', ')}`);
  };
  // The home page is what a visitor sees; the others need a log-in.
  await report('home', '/');
  const doctor = await signIn(page);
  await report('search', '/doctors');
  await report('doctor', doctor);
} finally {
  await context.close();
}
if (broken > 0) {
  console.error(`${broken} budgets are broken`);
  process.exit(1);
}
