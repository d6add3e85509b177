import type { ReactNode } from 'react';

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, so that their digits are below each other. */
  number?: boolean;
}

/** A table; on a narrow screen each row becomes a card whose cells carry the names of their columns. */
export function Table<Row>({
  caption,
  columns,
  rows,
  id,
}: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  id: (row: Row) => string;
}) {
  return (
    <div className="md:card md:overflow-x-auto">
      <table className="w-full border-collapse max-md:block">
        <caption className="sr-only">{caption}</caption>
        <thead className="max-md:sr-only">
          <tr className="border-b border-line text-left text-sm text-soft">
            {columns.map(column => (
              <th
                key={column.name}
                scope="col"
                className={`px-4 py-3 font-medium ${column.number ? 'text-right' : ''}`}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-md:grid max-md:grid-cols-1 max-md:gap-3">
          {rows.map(row => (
            <tr
              key={id(row)}
              className="max-md:card max-md:grid max-md:grid-cols-1 max-md:gap-2 max-md:p-4 md:border-b md:border-line md:last:border-0"
            >
              {columns.map(column => (
                <td
                  key={column.name}
                  className={`max-md:flex max-md:items-baseline max-md:justify-between max-md:gap-4 md:px-4 md:py-3 ${column.number ? 'md:text-right' : ''}`}
                >
                  <span aria-hidden="true" className="text-sm text-soft md:hidden">
                    {column.name}
                  </span>
                  <span className="min-w-0 wrap-anywhere max-md:text-right">{column.cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A list of names with their values. */
export function Facts({ items }: { items: [name: string, value: ReactNode][] }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[minmax(8rem,max-content)_1fr]">
      {items.map(([name, value]) =>
        value === undefined || value === null || value === false ? null : (
          <div key={name} className="grid sm:contents">
            <dt className="text-sm text-soft sm:pt-0.5">{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
