import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router';
import { type Core, LANGUAGES, setLanguage, useCore, useLanguage } from '../i18n';
import { signIn, signOut } from '../session/actions';
import { config } from '../session/config';
import { Interrupted } from '../session/Interrupted';
import type { Role } from '../session/token';
import { useSession, useUser } from '../session/useSession';
import { Button, LinkButton } from './Button';
import { Icon } from './icons';
import { Messages } from './live';
import { Loading, OfflineBanner } from './states';
import { setTheme, type Theme, useTheme } from './theme';

/** What each role finds in the navigation; a new page adds its line here and its name in `nav` of the words. */
const NAVIGATION: Record<Role, { to: string; name: keyof Core['nav']; aside?: boolean }[]> = {
  patient: [
    { to: '/doctors', name: 'find' },
    { to: '/visits', name: 'visits' },
    { to: '/waiting-lists', name: 'waiting' },
    { to: '/payments', name: 'payments' },
    { to: '/accesses', name: 'accesses', aside: true },
  ],
  doctor: [
    { to: '/doctor/day', name: 'day' },
    { to: '/doctor/visits', name: 'doctorVisits' },
    { to: '/doctor/schedule', name: 'schedule' },
    { to: '/doctor/waiting-list', name: 'queue' },
  ],
  admin: [
    { to: '/admin/doctors', name: 'doctors' },
    { to: '/admin/users', name: 'users' },
    { to: '/admin/visits', name: 'adminVisits' },
    { to: '/admin/payments', name: 'adminPayments' },
    { to: '/admin/refunds', name: 'refunds' },
    { to: '/admin/ledger', name: 'ledger' },
    { to: '/admin/audit', name: 'audit' },
  ],
};

/** The frame of every page. */
export function Shell() {
  const words = useCore();
  const { roles } = useUser();
  const session = useSession();
  const queries = useQueryClient();
  const out = session.kind === 'out';
  useEffect(() => {
    // Nothing of a person stays once they have left.
    if (out) queries.clear();
  }, [out, queries]);
  return (
    <div className="flex min-h-dvh flex-col">
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to the content, and the focus must follow */}
      <a
        href="#content"
        className="sr-only rounded-lg bg-accent px-4 py-3 text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
        onClick={event => {
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        {words.skip}
      </a>
      <header className="sticky top-0 z-30 border-b border-line bg-surface">
        <div className="mx-auto flex h-16 w-full max-w-6xl items-center gap-2 px-4 sm:px-6">
          <Link to="/" className="mr-2 flex items-center gap-2 rounded-lg text-lg font-semibold">
            <Mark />
            {words.product}
          </Link>
          <nav aria-label={words.nav.label} className="hidden h-full min-w-0 flex-1 items-stretch lg:flex">
            {roles.flatMap(role =>
              NAVIGATION[role]
                .filter(item => !item.aside)
                .map(item => (
                  <NavLink
                    key={item.to}
                    to={item.to}
                    className="flex items-center border-b-3 border-transparent px-3 pt-0.75 text-[0.95rem] whitespace-nowrap text-soft hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-accent"
                  >
                    {words.nav[item.name]}
                  </NavLink>
                )),
            )}
          </nav>
          <div className="ml-auto flex items-center gap-1">
            <LanguageSwitch />
            <Menu roles={roles} />
          </div>
        </div>
        <Progress />
        <OfflineBanner />
      </header>
      <main id="content" tabIndex={-1} className="flex flex-1 flex-col">
        <Suspense
          fallback={
            <div className="mx-auto w-full max-w-6xl p-6">
              <Loading />
            </div>
          }
        >
          <Outlet />
        </Suspense>
      </main>
      <Emergency />
      <Messages />
      <Interrupted />
      <ScrollRestoration />
    </div>
  );
}

/** A telemedicine service is no emergency service, and says so on each page. */
function Emergency() {
  const words = useCore();
  const [number, setNumber] = useState<string>();
  useEffect(() => {
    config().then(
      ({ emergencyNumber }) => setNumber(emergencyNumber),
      () => undefined,
    );
  }, []);
  return (
    <footer className="mx-auto min-h-14 w-full max-w-6xl px-4 py-4 text-sm text-soft sm:px-6">
      {number && words.emergency.replace('{number}', number)}
    </footer>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" className="size-8" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path
        d="M8 10l8 14 8-14"
        fill="none"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-on-accent"
      />
      <circle cx="16" cy="8.600" r="2.300" className="fill-on-accent" />
    </svg>
  );
}

/** A thin line while a page is on its way. */
function Progress() {
  const busy = useNavigation().state !== 'idle';
  return (
    <div
      aria-hidden="true"
      className={`absolute inset-x-0 -bottom-0.5 h-0.5 overflow-hidden ${busy ? '' : 'hidden'}`}
    >
      <div className="h-full w-1/3 animate-pulse bg-accent" />
    </div>
  );
}

function LanguageSwitch() {
  const language = useLanguage();
  const other = LANGUAGES.find(({ code }) => code !== language) ?? LANGUAGES[0];
  if (!other) return null;
  return (
    <button
      type="button"
      lang={other.code}
      className="flex min-h-11 items-center gap-2 rounded-lg px-3 font-medium text-soft hover:bg-raised hover:text-ink"
      onClick={() => void setLanguage(other.code)}
    >
      <Icon name="globe" />
      {other.name}
    </button>
  );
}

function Menu({ roles }: { roles: Role[] }) {
  const words = useCore();
  const session = useSession();
  const theme = useTheme();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const { key } = useLocation();
  const [at, setAt] = useState(key);
  if (at !== key) {
    setAt(key);
    setOpen(false);
  }
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);
  const signedIn = session.kind === 'in' || session.kind === 'interrupted';
  return (
    <div ref={box} className="relative">
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-controls="menu"
        className="flex min-h-11 items-center gap-2 rounded-lg px-3 font-medium text-soft hover:bg-raised hover:text-ink"
        onClick={() => setOpen(!open)}
      >
        <Icon name="menu" className="size-5 lg:hidden" />
        <Icon name={signedIn ? 'user' : 'sun'} className="hidden size-5 lg:block" />
        <span className="max-sm:sr-only">{signedIn ? words.account : words.menu}</span>
      </button>
      <div
        id="menu"
        hidden={!open}
        className="absolute top-full right-0 mt-2 grid w-72 max-w-[calc(100vw-2rem)] gap-1 rounded-xl border border-line bg-surface p-2 shadow-float"
      >
        {signedIn && (
          <nav aria-label={words.menu} className="grid">
            {roles.map(role => (
              <div key={role} className="grid">
                {roles.length > 1 && <p className="px-3 pt-2 text-sm text-soft">{words.roles[role]}</p>}
                {NAVIGATION[role].map(item => (
                  <MenuLink key={item.to} to={item.to} narrow={!item.aside}>
                    {words.nav[item.name]}
                  </MenuLink>
                ))}
              </div>
            ))}
            <MenuLink to="/profile">{words.nav.profile}</MenuLink>
            <MenuLink to="/security">{words.nav.security}</MenuLink>
          </nav>
        )}
        <fieldset className="border-t border-line px-3 py-2 first:border-0">
          <legend className="sr-only">{words.theme}</legend>
          <p aria-hidden="true" className="pb-1.5 text-sm text-soft">
            {words.theme}
          </p>
          <div className="grid grid-cols-3 gap-1 rounded-lg bg-raised p-1">
            {(['system', 'light', 'dark'] satisfies Theme[]).map(choice => (
              <label
                key={choice}
                className="grid min-h-9 cursor-pointer place-items-center rounded-md px-1 text-center text-sm leading-tight has-checked:bg-surface has-checked:font-medium has-checked:shadow-card has-focus-visible:outline-3 has-focus-visible:outline-accent"
              >
                <input
                  type="radio"
                  name="theme"
                  className="sr-only"
                  checked={theme === choice}
                  onChange={() => setTheme(choice)}
                />
                {words.themes[choice]}
              </label>
            ))}
          </div>
        </fieldset>
        <div className="grid gap-2 border-t border-line p-2">
          {signedIn ? (
            <Button onClick={() => void signOut()}>{words.signOut}</Button>
          ) : (
            <>
              <Button look="primary" onClick={() => void signIn()}>
                {words.signIn}
              </Button>
              <LinkButton to="/sign-up">{words.signUp}</LinkButton>
            </>
          )}
        </div>
      </div>
    </div>
  );
}

function MenuLink({ to, narrow = false, children }: { to: string; narrow?: boolean; children: ReactNode }) {
  return (
    <NavLink
      to={to}
      className={`flex min-h-11 items-center rounded-lg px-3 hover:bg-raised aria-[current=page]:font-medium aria-[current=page]:text-accent ${narrow ? 'lg:hidden' : ''}`}
    >
      {children}
    </NavLink>
  );
}
