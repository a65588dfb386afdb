/** Make an element with properties and children. */
function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** What a learner reads of an activity's state. */
function status({ completion, success }) {
  if (success === "passed") return ["✓", "passed"];
  if (success === "failed") return ["✗", "failed"];
  if (completion === "completed") return ["✓", "completed"];
  return completion === "incomplete" ? ["◐", "begun"] : ["○", "not begun"];
}

/** In the course's order: `path` is where each stands in the tree. */
function byPath(a, b) {
  for (let at = 0; at < Math.max(a.path.length, b.path.length); at += 1) {
    const difference = (a.path[at] ?? -1) - (b.path[at] ?? -1);
    if (difference) return difference;
  }
  return 0;
}

/**
 * Draw the player into an element: what the course holds on the left, what runs on the right. One activity
 * alone has the page for itself.
 */
export function draw(place, launch, { open, leave }) {
  const { activities, clusters } = launch;
  const frame = element("iframe", { title: launch.title, allow: "autoplay; fullscreen" });
  const buttons = new Map(
    activities.map((activity) => {
      const sign = element("span", { className: "sign", ariaHidden: "true" });
      const button = element("button", { type: "button", onclick: () => open(activity) }, sign, activity.title);
      button.style.setProperty("--depth", activity.path.length - 1);
      return [activity, { button, sign }];
    }),
  );
  const entries = [...clusters, ...activities].sort(byPath).map((entry) => {
    if (buttons.has(entry)) return element("li", {}, buttons.get(entry).button);
    const heading = element("span", { className: "cluster" }, entry.title);
    heading.style.setProperty("--depth", entry.path.length - 1);
    return element("li", {}, heading);
  });
  const previous = element("button", { type: "button" }, "Previous");
  const next = element("button", { type: "button" }, "Next");
  const exit = element("button", { type: "button", className: "exit", onclick: leave }, "Exit");
  const bar = element("header", {}, element("h1", {}, launch.title), previous, next, exit);
  const main = element("main", {}, frame);
  if (activities.length > 1) {
    main.prepend(element("nav", { ariaLabel: "Contents" }, element("ol", {}, ...entries)));
  } else {
    previous.hidden = next.hidden = true;
  }
  place.append(bar, main);

  return {
    /** Load an address into the frame; resolves when it is there. */
    load: (address) =>
      new Promise((resolve) => {
        frame.addEventListener("load", resolve, { once: true });
        frame.src = address;
      }),
    show: (current) => {
      for (const [activity, { button, sign }] of buttons) {
        const [mark, words] = status(activity);
        sign.textContent = mark;
        sign.title = words;
        button.ariaCurrent = activity === current ? "step" : null;
      }
      const place = activities.indexOf(current);
      previous.disabled = place <= 0;
      next.disabled = place === activities.length - 1;
      previous.onclick = () => open(activities[place - 1]);
      next.onclick = () => open(activities[place + 1]);
    },
    close: () => main.replaceChildren(element("p", { className: "over" }, "You may close this page now.")),
  };
}
