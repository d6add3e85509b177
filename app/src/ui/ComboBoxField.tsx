import { useState } from 'react';
import {
  Button,
  ComboBox,
  I18nProvider,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from 'react-aria-components';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { Icon } from './icons';

export interface Choice {
  value: string;
  label: string;
  /** Other words by which it is found. */
  words?: string[];
}

/** A choice among many that is found as one types, also by other words. Loaded by {@link ./ComboBox}. */
export default function ComboBoxField({
  label,
  hint,
  choices,
  value,
  onChange,
  required = false,
}: {
  label: string;
  hint?: string;
  /** A form is not sent without it; the browser says so at the field. */
  required?: boolean;
  choices: Choice[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const words = useCore();
  const format = useFormats();
  const chosen = choices.find(choice => choice.value === value);
  const [text, setText] = useState(chosen?.label ?? '');
  const [shownFor, setShownFor] = useState(chosen);
  // The value or the language was changed from outside: the text follows.
  if (shownFor !== chosen && shownFor?.label !== chosen?.label) {
    setShownFor(chosen);
    setText(chosen?.label ?? '');
  }
  const wanted = fold(text);
  const found =
    chosen && text === chosen.label
      ? choices
      : choices.filter(choice =>
          [choice.label, ...(choice.words ?? [])].some(word => matches(fold(word), wanted)),
        );
  return (
    <I18nProvider locale={format.locale}>
      <ComboBox
        className="grid content-start gap-1.5"
        inputValue={text}
        onInputChange={next => {
          setText(next);
          if (next === '') onChange(undefined);
        }}
        value={value ?? null}
        onChange={key => {
          const next = choices.find(choice => choice.value === key);
          setText(next?.label ?? '');
          setShownFor(next);
          onChange(next?.value);
        }}
        items={found.map(choice => ({ ...choice, id: choice.value }))}
        menuTrigger="focus"
        isRequired={required}
        allowsEmptyCollection
      >
        <Label className="font-medium">{label}</Label>
        <div className="relative">
          <Input className="control pr-11" />
          <Button
            aria-label={label}
            className="absolute inset-y-0 right-0 grid w-11 cursor-pointer place-items-center text-soft"
          >
            <Icon name="down" className="size-4" />
          </Button>
        </div>
        {hint && (
          <Text slot="description" className="text-sm text-soft">
            {hint}
          </Text>
        )}
        <Popover className="w-(--trigger-width) rounded-xl border border-line bg-surface p-1.5 shadow-float">
          <ListBox
            className="max-h-72 overflow-y-auto outline-none"
            renderEmptyState={() => <p className="px-3 py-2 text-soft">{words.problems['not-found']}</p>}
          >
            {(choice: Choice) => (
              <ListBoxItem
                textValue={choice.label}
                className="min-h-10 cursor-pointer rounded-lg px-3 py-2 outline-none data-focused:bg-accent-soft data-focused:text-accent-strong data-selected:font-medium"
              >
                {choice.label}
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
    </I18nProvider>
  );
}

/** Without case and accents; the vowel signs of Indian scripts stay. */
function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .trim();
}

function matches(word: string, wanted: string): boolean {
  return word.startsWith(wanted) || word.includes(` ${wanted}`);
}
