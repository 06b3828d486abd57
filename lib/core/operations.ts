let count = 0;

/** Operations of the system, handed to `underWay`, that have not ended. */
export function operationsUnderWay(): number {
  return count;
}

/**
 * Tells who might keep the event loop from turning that it must turn for this operation: one that the system is asked for
 * and that does not begin, or does not end, without it.
 */
export async function underWay<T>(operation: Promise<T>): Promise<T> {
  count++;
  try {
    return await operation;
  } finally {
    count--;
  }
}
