import "./player.css";

import { runtimeOf } from "./runtime.js";
import { draw } from "./view.js";

const launch = JSON.parse(document.getElementById("launch").textContent);
const { activities } = launch;
const view = draw(document.getElementById("player"), launch, { open, leave });

let current = null;
let runtime = null;

/** Run an activity in the frame, after what runs there has ended. */
async function open(activity) {
  await end();
  current = activity;
  runtime = runtimeOf(activity, launch.learner, {
    changed: () => view.show(current, activities),
    next: () => step(1),
    previous: () => step(-1),
    choose: (identifier) => {
      const chosen = activities.find((each) => each.identifier === identifier);
      if (chosen) open(chosen);
    },
    exit: leave,
  });
  view.show(activity, activities);
  await view.load((await runtime.address?.()) ?? activity.href);
  runtime.started?.();
}

function step(by) {
  const next = activities[activities.indexOf(current) + by];
  if (next) open(next);
}

/** End what runs: its own page goes first, and what it still tells on the way is kept. */
async function end() {
  if (!runtime) return;
  await view.load("about:blank");
  runtime.end();
  runtime = null;
}

/** End all, and go where the launch link leads. */
async function leave() {
  await end();
  current = null;
  if (launch.redirectUrl) window.location.assign(launch.redirectUrl);
  else view.close();
}

window.addEventListener("pagehide", () => runtime?.end());

const first =
  activities.find((each) => each.item === launch.startItem) ??
  activities.find((each) => each.completion !== "completed") ??
  activities[0];
if (first) open(first);
else view.close();
