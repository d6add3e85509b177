import { useEffect, useEffectEvent, useState } from 'react';
import { now } from '../api/clock';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { announce } from './live';

/** The milliseconds until an instant, on the server's clock; ticks each second. */
export function useTimeLeft(until: string | undefined, onEnd?: () => void): number {
  const target = until ? Date.parse(until) : 0;
  const [left, setLeft] = useState(() => target - now());
  const end = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    if (!target) return;
    let done = false;
    const tick = () => {
      const remaining = target - now();
      setLeft(remaining);
      if (remaining <= 0 && !done) {
        done = true;
        clearInterval(timer);
        end();
      }
    };
    const timer = setInterval(tick, 1000);
    tick();
    return () => clearInterval(timer);
  }, [target]);
  return Math.max(0, left);
}

/** A countdown to see. Aloud it is read at each of the last five minutes, not at each second. */
export function Countdown({ until, onEnd }: { until: string; onEnd?: () => void }) {
  const words = useCore();
  const format = useFormats();
  const left = useTimeLeft(until, onEnd);
  const seconds = Math.ceil(left / 1000);
  const minutes = Math.ceil(seconds / 60);
  const tell = useEffectEvent((count: number) => {
    const [one = '', other = ''] = words.when.minutes.split('|');
    if (count > 0 && count <= 5)
      announce(words.countdown.left.replace('{time}', format.plural(count, one, other)));
  });
  useEffect(() => tell(minutes), [minutes]);
  const shown = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <span
      role="timer"
      aria-live="off"
      className={`font-semibold tabular-nums ${left < 120_000 ? 'text-danger' : ''}`}
    >
      {seconds > 0 ? shown : words.countdown.over}
    </span>
  );
}
