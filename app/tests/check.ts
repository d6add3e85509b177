import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './actors.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** axe under the production policy. A state is a page with what has just happened there. */
export async function accessible(page: Page, state: string, without: string[] = []): Promise<void> {
  await expect(page.locator('h1').first()).toBeVisible();
  // What is on its way is a state of its own; here the page is meant.
  await expect(page.locator('main .animate-pulse')).toHaveCount(0);
  await passes(page, state, without);
}

/** axe for what is there, also if something is still on its way. */
export async function passes(page: Page, state: string, without: string[] = []): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    // In one piece and without the list of what is right: that takes a third of the time. Only frames of another origin, which
    // is the checkout's, are left out.
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .withTags(TAGS)
    .disableRules(without)
    .analyze();
  expect(
    violations.map(
      ({ id, nodes }) => `${state}: ${id}: ${nodes.map(node => node.html.slice(0, 160)).join(' | ')}`,
    ),
  ).toEqual([]);
}

/** Nothing is wider than a narrow window; a failure names what is. */
export async function fits(page: Page, state: string): Promise<void> {
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const over = [...document.querySelectorAll('body *')].filter(
      element => element.getBoundingClientRect().right > width,
    );
    return over.map(element => `${element.tagName} ${element.className}`);
  });
  expect(wide, `${state} scrolls sideways at 320 px`).toEqual([]);
  await shoot(page, state);
  await page.setViewportSize({ width: 1280, height: 800 });
  await shoot(page, state);
}

/** Keeps a picture of the page for a person to look at, if VAIDYA_SHOTS names a folder. */
async function shoot(page: Page, state: string): Promise<void> {
  const folder = process.env.VAIDYA_SHOTS;
  if (!folder) return;
  const language = await page.locator('html').getAttribute('lang');
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const name = state.replace(/[0-9a-f]{8}[0-9a-f-]*|[^a-z0-9]+/gi, '-').slice(0, 60);
  const look = [language, dark ? 'dark' : 'light', page.viewportSize()?.width];
  await page.screenshot({ path: `${folder}/${name}.${look.join('.')}.png`, fullPage: true });
}

export async function sound(page: Page, state: string): Promise<void> {
  await accessible(page, state);
  await fits(page, state);
}
