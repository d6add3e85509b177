import {
  MutationCache,
  QueryCache,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useRef } from 'react';
import {
  type Answer,
  call,
  callTagged,
  callUnlessKnown,
  type Input,
  type Operation,
  type Tagged,
} from './client';
import { KEYED } from './operations';
import { isProblem, Problem, Unreachable } from './problems';

/** A refusal stands; an outage, a full queue and a lost connection may pass. */
function mayPass(error: unknown): boolean {
  return (
    error instanceof Unreachable || (error instanceof Problem && [429, 502, 503, 504].includes(error.status))
  );
}

function pause(attempt: number, error: unknown): number {
  const asked = error instanceof Problem ? (error.retryAfter ?? 0) * 1000 : 0;
  return Math.max(asked, Math.min(8000, 500 * 2 ** attempt));
}

export function makeQueryClient(ended: () => void): QueryClient {
  const watch = (error: unknown) => {
    if (isProblem(error, 'session-ended')) ended();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => count < 2 && mayPass(error),
        retryDelay: pause,
        // Without a connection we say so at once, instead of waiting for one silently.
        networkMode: 'always',
      },
      // Only an operation with a key can be sent twice without harm; see useIntent.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

/** The options of a query for a reading operation; its key is the operation with its input. */
export function query<O extends Operation>(operation: O, input: Input<O>) {
  return {
    queryKey: [operation, input] as const,
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<Answer<O>> =>
      call(operation, { ...input, signal } as Input<O>),
  };
}

/** As {@link query}, with the ETag that a change must send. */
export function taggedQuery<O extends Operation>(operation: O, input: Input<O>) {
  return {
    queryKey: [operation, input, 'etag'] as const,
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<Tagged<Answer<O>>> =>
      callTagged(operation, { ...input, signal } as Input<O>),
  };
}

/**
 * As {@link query}, for an answer that is asked for again and again. While it stays the same, the API answers 304 and records
 * no access to the patients' data.
 */
export function polledQuery<O extends Operation>(operation: O, input: Input<O>) {
  const queryKey = [operation, input, 'polled'] as const;
  return {
    queryKey,
    queryFn: async ({
      signal,
      client,
    }: {
      signal: AbortSignal;
      client: QueryClient;
    }): Promise<Tagged<Answer<O>>> => {
      const before = client.getQueryData<Tagged<Answer<O>>>(queryKey);
      const now = await callUnlessKnown(operation, { ...input, signal } as Input<O>, before?.etag);
      return now ?? (before as Tagged<Answer<O>>);
    },
    select: (tagged: Tagged<Answer<O>>) => tagged.data,
  };
}

export function useRead<O extends Operation>(
  operation: O,
  input: Input<O>,
  options?: { enabled?: boolean; refetchInterval?: number; staleTime?: number },
) {
  return useQuery({ ...query(operation, input), ...options });
}

/** The input of an operation without the key, which {@link useIntent} makes. */
export type Intent<O extends Operation> = Omit<Input<O>, 'key' | 'signal'>;

interface Effects<O extends Operation> {
  /** The operations whose answers a success makes stale. */
  changes?: Operation[];
  onSuccess?: (answer: Answer<O>, input: Intent<O>) => void | Promise<void>;
  onError?: (error: Error, input: Intent<O>) => void;
}

/**
 * A changing operation. The Idempotency-Key belongs to the intent: the same input keeps its key through automatic and
 * manual repetitions until there is an answer, another input gets another key. Without an answer the outcome is unknown,
 * so a request with a key is repeated twice on its own.
 */
export function useIntent<O extends Operation>(operation: O, effects: Effects<O> = {}) {
  const queries = useQueryClient();
  const intent = useRef<{ input: string; key: string }>(undefined);
  return useMutation<Answer<O>, Error, Intent<O>>({
    mutationKey: [operation],
    mutationFn: input => {
      const text = JSON.stringify(input);
      if (intent.current?.input !== text) intent.current = { input: text, key: crypto.randomUUID() };
      const needsKey = KEYED.has(operation);
      return call(operation, { ...input, ...(needsKey && { key: intent.current.key }) } as Input<O>);
    },
    retry: (count, error) =>
      KEYED.has(operation) && count < 2 && (mayPass(error) || isProblem(error, 'in-progress')),
    retryDelay: pause,
    onSuccess: async (answer, input) => {
      intent.current = undefined;
      const changed = effects.changes ?? [];
      for (const name of changed) void queries.invalidateQueries({ queryKey: [name] });
      await effects.onSuccess?.(answer, input);
    },
    onError: (error, input) => {
      // A refusal is an answer: the next try is a new intent. Only silence keeps the key.
      if (!mayPass(error)) intent.current = undefined;
      effects.onError?.(error, input);
    },
  });
}

type Paged = { nextCursor?: string | null };

/** The options of an infinite query for an operation that answers page by page. */
export function pagedQuery<O extends Operation>(operation: O, input: Input<O>) {
  return {
    queryKey: [operation, input, 'pages'] as const,
    queryFn: ({
      signal,
      pageParam,
    }: {
      signal: AbortSignal;
      pageParam: string | undefined;
    }): Promise<Answer<O>> => {
      const { query: asked } = input as { query?: object };
      return call(operation, { ...input, query: { ...asked, cursor: pageParam }, signal } as Input<O>);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Answer<O>) => (last as Paged).nextCursor ?? undefined,
  };
}

/**
 * The options of a query for all pages of a list, for a list that is shown in another order than the API's: its newest part may
 * be on the last page. A person's own lists are short; a hundred pages are more than anyone has.
 */
export function everyPageQuery<O extends Operation>(operation: O, input: Input<O>) {
  return {
    queryKey: [operation, input, 'all'] as const,
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Answer<O>[]> => {
      const { query: asked } = input as { query?: object };
      const pages: Answer<O>[] = [];
      let cursor: string | undefined;
      do {
        const page = await call(operation, { ...input, query: { ...asked, cursor }, signal } as Input<O>);
        pages.push(page);
        cursor = (page as Paged).nextCursor ?? undefined;
      } while (cursor && pages.length < 100);
      return pages;
    },
  };
}
