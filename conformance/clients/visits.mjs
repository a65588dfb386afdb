// What the checks of clients subscribe to, and what makes it happen.

export const VISITED = "subscription ($after: String) { itemVisited(after: $after) { cursor item { id } } }";
export const VISIT = "mutation ($id: ID!) { visitItem(input: { itemId: $id }) { userErrors { code } } }";

/** What `waiting` becomes when `act` is done, which is done again until then: a subscription may still be beginning. */
export async function soon(waiting, act) {
  const again = setInterval(act, 300);
  try {
    return await waiting;
  } finally {
    clearInterval(again);
  }
}
