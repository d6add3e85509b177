import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';

/**
 * Reads on while the pages so far show nothing: a page of a filtered list may be empty and still have a successor.
 * Tells whether it is still looking.
 */
export function useUntilFound<T>(query: UseInfiniteQueryResult<InfiniteData<T>>, found: number): boolean {
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  const looking = found === 0 && hasNextPage && !isError;
  useEffect(() => {
    if (looking && !isFetching) void fetchNextPage();
  }, [looking, isFetching, fetchNextPage]);
  return query.isPending || looking;
}
