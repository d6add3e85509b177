import { type ComponentProps, lazy, Suspense } from 'react';

const Field = lazy(() => import('./ComboBoxField'));

export type { Choice } from './ComboBoxField';

/** {@link ./ComboBoxField}, whose code comes when it is needed; its place is kept. */
export function ComboBox(props: ComponentProps<typeof Field>) {
  return (
    <Suspense
      fallback={
        <div className="grid content-start gap-1.5">
          <span className="font-medium">{props.label}</span>
          <div className="control bg-raised" />
          {props.hint && <span className="text-sm text-soft">{props.hint}</span>}
        </div>
      }
    >
      <Field {...props} />
    </Suspense>
  );
}
