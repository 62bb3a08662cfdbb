/** What a request may cost at most, whatever is combined: in buffers, and in milliseconds by what it asks for. */
export const BUFFERS = 600;
export const LIMITS = { page: 20, count: 10, search: 50 } as const;
