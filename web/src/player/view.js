import { byPath } from "./sequencing.js";
import { wordsIn } from "./words.js";

/**
 * @import { Activity, Allowed, Cluster, Controls, Launch } from "./types"
 * @import { State } from "./words.js"
 */

/**
 * Create an element with properties and children.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<HTMLElementTagNameMap[Name]>} properties
 * @param {...(Node | string)} children
 */
function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/**
 * Sign and label for the state of an activity or a cluster.
 *
 * @param {Pick<Activity | Cluster, "completion" | "success">} entry
 * @returns {[mark: string, state: State]}
 */
export function status({ completion, success }) {
  if (success === "passed") return ["✓", "passed"];
  if (success === "failed") return ["✗", "failed"];
  if (completion === "completed") return ["✓", "completed"];
  return completion === "incomplete" ? ["◐", "begun"] : ["○", "untouched"];
}

/**
 * Draw the player into an element: outline on the left, running activity on the right. A single activity gets the whole
 * page. `controls` are the callbacks of the buttons.
 *
 * @param {HTMLElement} place
 * @param {Launch} launch
 * @param {Controls} controls
 */
export function draw(place, launch, controls) {
  const { activities, clusters, settings } = launch;
  const words = wordsIn(launch.language);
  document.documentElement.lang = launch.language ?? words.language;
  const frame = element("iframe", { title: launch.title, allow: "autoplay; fullscreen" });
  for (const side of /** @type {const} */ (["width", "height"])) {
    if (settings[side]) frame.style.setProperty(`max-${side}`, `${settings[side]}px`);
  }
  /** @type {Map<Activity | Cluster, HTMLElement>} */
  const signs = new Map();
  /** @type {Map<Activity, HTMLButtonElement>} */
  const buttons = new Map();

  /**
   * A cluster's line in the outline; its state is known only where the package has rules.
   *
   * @param {Cluster} cluster
   * @param {HTMLElement} sign
   */
  const clusterLine = (cluster, sign) =>
    element("span", { className: "cluster" }, ...(Object.keys(launch.rules).length ? [sign] : []), cluster.title);

  /**
   * An activity's line in the outline.
   *
   * @param {Activity} activity
   * @param {HTMLElement} sign
   */
  function activityLine(activity, sign) {
    const made = element("button", { type: "button", onclick: () => controls.choose(activity) }, sign, activity.title);
    buttons.set(activity, made);
    return made;
  }

  const entries = [...clusters, ...activities]
    .filter((entry) => entry.parameters?.isVisible !== false)
    .sort(byPath)
    .map((entry) => {
      const sign = element("span", { className: "sign", ariaHidden: "true" });
      const line = entry.href === undefined ? clusterLine(entry, sign) : activityLine(entry, sign);
      line.style.setProperty("--depth", String(entry.path.length - 1));
      signs.set(entry, sign);
      return element("li", {}, line);
    });
  const previous = element("button", { type: "button", onclick: () => controls.previous() }, words.previous);
  const next = element("button", { type: "button", onclick: () => controls.next() }, words.next);
  const exit = element("button", { type: "button", className: "exit", onclick: () => controls.leave() }, words.exit);
  const title = element("h1", { hidden: !settings.showsTitle }, launch.title);
  const bar = element("header", { hidden: !settings.showsTitle && !settings.showsControls }, title, previous, next, exit);
  const main = element("main", {}, frame);
  if (activities.length > 1 && settings.showsOutline) {
    main.prepend(element("nav", { ariaLabel: words.contents }, element("ol", {}, ...entries)));
  }
  place.append(bar, main);

  return {
    /**
     * Load a URL into the frame; resolves when it is loaded.
     *
     * @param {string} address
     */
    load: (address) =>
      new Promise((resolve) => {
        frame.addEventListener("load", resolve, { once: true });
        frame.src = address;
      }),
    /**
     * Show the current activity and the allowed navigation.
     *
     * @param {Activity | null} current
     * @param {Allowed} may
     */
    show: (current, may) => {
      for (const [entry, sign] of signs) {
        const [mark, state] = status(entry);
        sign.textContent = mark;
        sign.title = words[state];
      }
      for (const [activity, button] of buttons) {
        button.ariaCurrent = activity === current ? "step" : null;
        button.disabled = activity !== current && !may.choose(activity);
        button.title = button.disabled ? words.locked : "";
      }
      previous.disabled = !may.previous;
      next.disabled = !may.next;
      const isAlone = activities.length === 1 || !settings.showsControls;
      previous.hidden = isAlone || may.hidden.includes("previous");
      next.hidden = isAlone || may.hidden.includes("continue");
      const isShut = !settings.showsControls || !settings.showsExit;
      exit.hidden = isShut || (may.hidden.includes("suspendAll") && may.hidden.includes("exitAll"));
    },
    close: () => main.replaceChildren(element("p", { className: "over" }, words.over)),
  };
}
