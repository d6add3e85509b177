import type { ComponentProps, ReactNode } from 'react';
import { Link } from 'react-router';
import { Icon, type IconName } from './icons';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-edge bg-surface text-ink hover:bg-raised',
  quiet: 'text-accent hover:bg-accent-soft',
  danger: 'bg-danger text-on-danger hover:opacity-90',
};

function style(look: Look, small: boolean, className = ''): string {
  const size = small ? 'min-h-9 px-3 text-sm' : 'min-h-11 px-4.5';
  return `inline-flex items-center justify-center gap-2 rounded-[0.625rem] py-1.5 text-center font-medium transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-60 ${size} ${LOOKS[look]} ${className}`;
}

interface Shared {
  look?: Look;
  small?: boolean;
  icon?: IconName;
  children?: ReactNode;
}

/** A button. While it is busy it keeps its place and the focus, and can't be pressed twice. */
export function Button({
  look = 'secondary',
  small = false,
  icon,
  busy = false,
  disabled = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: Shared & { busy?: boolean } & ComponentProps<'button'>) {
  const inert = busy || disabled;
  return (
    <button
      {...rest}
      type={type}
      className={style(look, small, className)}
      aria-disabled={inert || undefined}
      aria-busy={busy || undefined}
      onClick={event => {
        if (inert) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function LinkButton({
  look = 'secondary',
  small = false,
  icon,
  className,
  children,
  ...rest
}: Shared & ComponentProps<typeof Link>) {
  return (
    <Link {...rest} className={style(look, small, className)}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="inline-block size-5 shrink-0 animate-spin rounded-full border-2 border-current border-r-transparent"
    />
  );
}
