import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';

/** Tabs after the pattern of the ARIA practices: arrows move, the tab that has the focus is shown. */
export function Tabs<Id extends string>({
  label,
  tabs,
  selected,
  onSelect,
}: {
  label: string;
  tabs: { id: Id; label: ReactNode; content: () => ReactNode }[];
  selected: Id;
  onSelect: (id: Id) => void;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex(tab => tab.id === selected);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    if (!tab) return;
    onSelect(tab.id);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(`${id}-${tab.id}`)}`)?.focus();
  };
  const shown = tabs.find(tab => tab.id === selected);
  return (
    <div className="grid gap-5">
      <div ref={list} role="tablist" aria-label={label} className="flex flex-wrap gap-1 border-b border-line">
        {tabs.map(tab => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            aria-selected={tab.id === selected}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === selected ? 0 : -1}
            onClick={() => onSelect(tab.id)}
            onKeyDown={move}
            className="-mb-px min-h-11 border-b-3 border-transparent px-4 font-medium text-soft hover:text-ink aria-selected:border-accent aria-selected:text-accent"
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${selected}`}>
        {shown?.content()}
      </div>
    </div>
  );
}
