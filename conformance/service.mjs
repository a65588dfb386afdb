// The running server, as checks that are written for Node find it.

const told = (name) => process.env[`SCHOLAGRAPH_${name}`];

export const origin = told("ORIGIN");
export const routerSecret = told("ROUTER_SECRET");

/** Values for variables: `slug` of a course that the learner takes, `input` of a mutation that joins another. */
export const examples = JSON.parse(told("EXAMPLES"));

/** Secrets of access tokens by role. */
export const tokens = {
  learner: told("LEARNER_TOKEN"),
  teacher: told("TEACHER_TOKEN"),
  staff: told("STAFF_TOKEN"),
};

/** The whole answer to one operation at `path`, which must be JSON. */
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
