import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { pagedQuery } from '../api/queries';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Empty, ErrorState, Loading } from '../ui/states';
import { Table } from '../ui/Table';
import { useUntilFound } from '../ui/useUntilFound';
import { Instant } from '../ui/When';
import { useAdministratorWords } from './words';

export function Component() {
  const words = useAdministratorWords();
  const doctors = useInfiniteQuery(pagedQuery('listSuspendedDoctors', { query: { limit: 50 } }));
  const found = doctors.data?.pages.flatMap(page => page.doctors) ?? [];
  const looking = useUntilFound(doctors, found.length);
  return (
    <Page
      title={words.suspended.title}
      intro={words.suspended.intro}
      backTo="/admin/doctors"
      backLabel={words.doctors.title}
    >
      {looking && <Loading />}
      {doctors.isError && <ErrorState error={doctors.error} retry={() => void doctors.refetch()} />}
      {doctors.isSuccess && found.length === 0 && !doctors.hasNextPage && (
        <Empty icon="check" title={words.suspended.noneTitle}>
          {words.suspended.none}
        </Empty>
      )}
      {found.length > 0 && (
        <Table
          caption={words.suspended.title}
          rows={found}
          id={({ doctor }) => doctor.id}
          columns={[
            {
              name: words.doctors.name,
              cell: ({ doctor }) => (
                <>
                  <Link
                    className="inline-block py-1.5 font-medium text-accent hover:underline"
                    to={`/admin/doctors/${doctor.id}`}
                  >
                    {doctor.displayName}
                  </Link>
                  <span className="block text-sm text-soft">{doctor.registrationNumber}</span>
                </>
              ),
            },
            {
              name: words.suspended.since,
              cell: ({ doctor }) => doctor.suspendedAt && <Instant at={doctor.suspendedAt} />,
            },
            { name: words.doctor.reason, cell: ({ reason }) => reason },
          ]}
        />
      )}
      {!looking && <MoreButton query={doctors} />}
    </Page>
  );
}
