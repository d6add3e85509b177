import {
  type ComponentProps,
  createContext,
  type FormEvent,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useRef,
} from 'react';
import { isProblem, Problem } from '../api/problems';
import { useCore, useLanguage } from '../i18n';
import { ProblemNote } from './Problem';

/**
 * A form whose fields show what the API says about them. A field's name is the JSON pointer of its value without `#/`; a
 * refusal that points at it marks the field and moves the focus there.
 */
const Errors = createContext<Map<string, string>>(new Map());

export function Form({
  problem,
  onSubmit,
  children,
  className = 'grid gap-5',
  ...rest
}: { problem?: Error | null; onSubmit: (data: FormData) => void; children: ReactNode } & Omit<
  ComponentProps<'form'>,
  'onSubmit' | 'children'
>) {
  const form = useRef<HTMLFormElement>(null);
  const words = useCore();
  const language = useLanguage();
  const errors = new Map<string, string>();
  if (problem instanceof Problem) {
    for (const error of problem.errors) {
      // The API explains in English; in other languages the field's own hint says what is expected.
      errors.set(
        error.pointer.replace(/^#?\/?/, ''),
        language === 'en' ? sentence(error.detail) : words.fields.invalid,
      );
    }
  }
  useEffect(() => {
    if (!isProblem(problem) || problem.errors.length === 0) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const invalid = event.currentTarget.querySelector<HTMLInputElement>(':invalid:not(fieldset)');
    if (invalid) {
      invalid.focus();
      invalid.reportValidity();
      return;
    }
    onSubmit(new FormData(event.currentTarget));
  };
  const named = problem instanceof Problem && problem.errors.length > 0 && problem.kind === 'invalid-request';
  return (
    <Errors value={errors}>
      <form ref={form} noValidate onSubmit={submit} className={className} {...rest}>
        {children}
        {problem && <ProblemNote error={problem} quiet={named} />}
      </form>
    </Errors>
  );
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** The message about a field, or about a part of it (`hours` covers `hours/0/start`). */
function useError(name: string): string | undefined {
  const errors = useContext(Errors);
  return errors.get(name) ?? [...errors].find(([pointer]) => pointer.startsWith(`${name}/`))?.[1];
}

interface Labelled {
  label: ReactNode;
  name: string;
  hint?: ReactNode;
  /** A message of the page itself. */
  error?: string;
  className?: string;
}

function useField({ name, hint, error: own }: Labelled, required?: boolean) {
  const id = useId();
  const told = useError(name);
  const error = own ?? told;
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  const props = {
    id,
    name,
    required,
    'aria-describedby': describedBy,
    'aria-invalid': error ? true : undefined,
  };
  return { id, error, props };
}

function Frame({
  id,
  error,
  field,
  required,
  children,
}: {
  id: string;
  error?: string;
  field: Labelled;
  required?: boolean;
  children: ReactNode;
}) {
  const words = useCore();
  return (
    <div className={`grid min-w-0 grid-cols-1 content-start gap-1.5 ${field.className ?? ''}`}>
      <label htmlFor={id} className="font-medium">
        {field.label}
        {required === false && <span className="font-normal text-soft"> ({words.optional})</span>}
      </label>
      {children}
      {field.hint && (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {field.hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

const control =
  'control aria-invalid:border-danger aria-invalid:border-2 [&[readonly]]:border-line [&[readonly]]:bg-raised [&[readonly]]:text-soft';

/** `required={false}` says "optional"; without it nothing is said. */
export function TextField({
  label,
  hint,
  error,
  className,
  ...input
}: Labelled & Omit<ComponentProps<'input'>, 'name' | 'className'>) {
  const field = { label, hint, error, className, name: input.name };
  const made = useField(field, input.required);
  return (
    <Frame id={made.id} error={made.error} field={field} required={input.required}>
      <input {...input} {...made.props} className={control} />
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  className,
  ...input
}: Labelled & Omit<ComponentProps<'textarea'>, 'name' | 'className'>) {
  const field = { label, hint, error, className, name: input.name };
  const made = useField(field, input.required);
  return (
    <Frame id={made.id} error={made.error} field={field} required={input.required}>
      <textarea rows={3} {...input} {...made.props} className={control} />
    </Frame>
  );
}

export function Select({
  label,
  hint,
  error,
  className,
  options,
  ...input
}: Labelled & { options: { value: string; label: string }[] } & Omit<
    ComponentProps<'select'>,
    'name' | 'className'
  >) {
  const field = { label, hint, error, className, name: input.name };
  const made = useField(field, input.required);
  return (
    <Frame id={made.id} error={made.error} field={field} required={input.required}>
      <select {...input} {...made.props} className={control}>
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

/** A day, by the browser's own field: it knows the reader's calendar and keyboard. */
export function DateField(props: Labelled & Omit<ComponentProps<'input'>, 'name' | 'className' | 'type'>) {
  return <TextField {...props} type="date" />;
}

export function Checkbox({
  label,
  hint,
  name,
  ...input
}: Labelled & Omit<ComponentProps<'input'>, 'name' | 'className' | 'type'>) {
  const { id, error, props } = useField({ label, hint, name });
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="flex min-h-11 items-center gap-3">
        <input {...input} {...props} type="checkbox" className="size-5 shrink-0 accent-accent" />
        <span>{label}</span>
      </label>
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

/** A few choices side by side. */
export function Choices({
  legend,
  name,
  options,
  value,
  onChange,
  hint,
}: {
  legend: ReactNode;
  name: string;
  options: { value: string; label: ReactNode; hint?: ReactNode }[];
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset aria-describedby={hint ? `${id}-hint` : undefined}>
      <legend className="mb-1.5 font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map(option => (
          <label
            key={option.value}
            className="flex min-h-11 cursor-pointer items-center gap-2 rounded-[0.625rem] border border-edge bg-surface px-3.5 py-2 hover:bg-raised has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-strong has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              className="size-4 accent-accent"
              name={name}
              value={option.value}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
            />
            <span>
              {option.label}
              {option.hint && <span className="block text-sm text-soft">{option.hint}</span>}
            </span>
          </label>
        ))}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-soft">
          {hint}
        </p>
      )}
    </fieldset>
  );
}
