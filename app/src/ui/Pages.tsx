import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCore } from '../i18n';
import { Button } from './Button';

/** The button for the next page of a list. The focus stays on it, and what follows is below the old end. */
export function MoreButton<T>({ query }: { query: UseInfiniteQueryResult<InfiniteData<T>> }) {
  const words = useCore();
  if (!query.hasNextPage) return null;
  return (
    <Button
      className="justify-self-center"
      busy={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      {words.more}
    </Button>
  );
}
