import { useId } from 'react';
import { Button } from '../ui/Button';
import { ComboBox } from '../ui/ComboBox';
import { Icon } from '../ui/icons';
import { Badge } from '../ui/states';
import { useAdministratorWords } from './words';

/** Several of a list, in an order: specialities or languages. */
export function Codes({
  legend,
  hint,
  choices,
  name,
  value,
  onChange,
  most,
  main = false,
  error,
}: {
  legend: string;
  hint: string;
  choices: { value: string; label: string; words?: string[] }[];
  name: (code: string) => string;
  value: string[];
  onChange: (value: string[]) => void;
  most: number;
  /** The first has a meaning. */
  main?: boolean;
  error?: string;
}) {
  const words = useAdministratorWords();
  const id = useId();
  return (
    <fieldset
      className="grid content-start gap-2"
      aria-describedby={error ? `${id}-hint ${id}-error` : `${id}-hint`}
    >
      <legend className="mb-1 font-medium">{legend}</legend>
      <p id={`${id}-hint`} className="text-sm text-soft">
        {hint}
      </p>
      {value.length > 0 && (
        <ul className="grid gap-2">
          {value.map((code, index) => (
            <li
              key={code}
              className="flex min-h-11 items-center gap-2 rounded-[0.625rem] border border-line bg-raised py-1 pr-1 pl-3.5"
            >
              <span className="min-w-0 flex-1">{name(code)}</span>
              {main && index === 0 && <Badge tone="accent">{words.form.main}</Badge>}
              {main && index > 0 && (
                <Button
                  small
                  look="quiet"
                  aria-label={words.form.makeMain.replace('{name}', name(code))}
                  onClick={() => onChange([code, ...value.filter(other => other !== code)])}
                >
                  {words.form.main}
                </Button>
              )}
              <button
                type="button"
                className="grid size-9 place-items-center rounded-lg text-soft hover:bg-surface"
                aria-label={words.form.remove.replace('{name}', name(code))}
                onClick={() => onChange(value.filter(other => other !== code))}
              >
                <Icon name="cross" className="size-4" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {value.length < most && (
        <ComboBox
          // An added code leaves an empty field behind.
          key={value.length}
          label={`${words.form.add}: ${legend}`}
          choices={choices.filter(choice => !value.includes(choice.value))}
          value={undefined}
          onChange={code => code && onChange([...value, code])}
        />
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
