// A package imported by an application, and its preview by a learner: over REST, as used by a course team.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import { ask, origin, tokens } from "../service.mjs";

const API = `${origin}/scormcloud/api/v2`;
const PATIENCE = 60_000;
const CREATE = `mutation($name: String!) {
  createApplication(input: { name: $name }) { application { id } secret userErrors { message } }
}`;
const REGISTRATIONS = `query($reference: String!) {
  course(reference: $reference) {
    registrations { nodes { completion success score activities { completion success score runtime } } }
    statements(first: 100) { nodes { verb } }
  }
}`;

/** A new application, named after its course. */
export async function application(name) {
  const { data } = await ask(CREATE, { token: tokens.staff, variables: { name } });
  const { application: made, secret } = data.createApplication;
  const authorization = `Basic ${btoa(`${made.id}:${secret}`)}`;

  async function call(method, path, body, headers = {}) {
    const answer = await fetch(API + path, { method, body, headers: { authorization, ...headers } });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  return {
    authorization,
    /** Import a package, and wait until the job ends. */
    async course(id, file) {
      const form = new FormData();
      form.set("file", new Blob([await readFile(file)], { type: "application/zip" }), basename(file));
      const { result } = await call("POST", `/courses/importJobs/upload?courseId=${id}`, form);
      for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
        const job = await call("GET", `/courses/importJobs/${result}`);
        if (job.status === "COMPLETE") return;
        if (job.status === "ERROR") throw new Error(job.message);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error(`${file} is not imported yet`);
    },
    /** Return a launch link of the preview route. */
    async preview(id, request = {}) {
      const body = JSON.stringify(request);
      return (await call("POST", `/courses/${id}/preview`, body, { "content-type": "application/json" })).launchLink;
    },
    /** Verbs of the course's xAPI statements by REST, without their vocabulary. */
    async verbs(id) {
      const { statements } = await call("GET", `/courses/${id}/xAPIStatements`);
      return statements.map((each) => each.verb.id.replace(/^.*\//, ""));
    },
    /** The course's registration, and the verbs of its xAPI statements, by GraphQL. */
    async registration(id) {
      const { data: read } = await ask(REGISTRATIONS, { variables: { reference: id }, headers: { authorization } });
      const verbs = read.course.statements.nodes.map((each) => each.verb.replace(/^.*\//, ""));
      return { ...read.course.registrations.nodes[0], count: read.course.registrations.nodes.length, verbs };
    },
  };
}
