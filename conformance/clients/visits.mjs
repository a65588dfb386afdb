// Subscription of the client checks, and the mutation that causes its events.

export const VISITED = "subscription ($after: String) { itemVisited(after: $after) { cursor item { id } } }";
export const VISIT = "mutation ($id: ID!) { visitItem(input: { itemId: $id }) { userErrors { code } } }";

/** Return the result of `waiting`; repeats `act` until then, because a subscription may still be starting. */
export async function soon(waiting, act) {
  const again = setInterval(act, 300);
  try {
    return await waiting;
  } finally {
    clearInterval(again);
  }
}
