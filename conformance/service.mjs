// The running server, for checks written for Node.

const told = (name) => process.env[`SCHOLAGRAPH_${name}`];

export const origin = told("ORIGIN");
export const routerSecret = told("ROUTER_SECRET");

/** Values of variables: `slug` of one of the learner's courses, `input` of a mutation that enrolls in another. */
export const examples = JSON.parse(told("EXAMPLES"));

/** Secrets of access tokens by role. */
export const tokens = {
  learner: told("LEARNER_TOKEN"),
  teacher: told("TEACHER_TOKEN"),
  staff: told("STAFF_TOKEN"),
};

/** Return the whole response to one operation at `path`, which must be JSON. */
export async function ask(query, { variables, token, path = "/graphql", headers = {} } = {}) {
  const response = await fetch(origin + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
