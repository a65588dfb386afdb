/** What the player's modules hand one another; `runtime/page.py` writes a `Launch` into the page. */

import type { Scorm12API, Scorm2004API } from "scorm-again";

export type Completion = "unknown" | "not attempted" | "incomplete" | "completed";
export type Success = "unknown" | "passed" | "failed";

/** Place in the course: the index at each level of the tree. */
export type Path = number[];

/** Values that a manifest states for an activity. */
export interface Parameters {
  isVisible?: boolean;
  hideUi?: string[];
  completionThreshold?: number | string | null;
  timeLimitAction?: string | null;
}

interface Entry {
  identifier: string;
  /** Name in the activity tree: the identifier, or the id where several share one. */
  node: string;
  title: string;
  path: Path;
  parameters?: Parameters;
  completion?: Completion;
  success?: Success;
}

export interface Cluster extends Entry {
  /** Only activities have an address. */
  href?: undefined;
}

export interface Activity extends Entry {
  id: string;
  item: string;
  standard: string;
  kind: string;
  href: string;
  commitUrl: string;
  sessionUrl: string;
  launchData: string | null;
  masteryScore: number | null;
  /** Seconds. */
  timeLimit: number | null;
  parameters: Parameters;
  /** Data model as the activity left it. */
  runtime: { cmi?: Record<string, any> } | null;
  isOpen?: boolean;
}

export interface Standing {
  id: string;
  completion: Completion;
  success: Success;
  isOpen: boolean;
}

/** An element of a manifest: its attributes, and lists of its child elements by name. */
export type Element = Record<string, any>;

export interface Launch {
  title: string;
  learner: { id: string; name: string };
  isTracked: boolean;
  language: string | null;
  redirectUrl: string | null;
  isClosedAtEnd: boolean;
  startItem: string | null;
  clusters: Cluster[];
  activities: Activity[];
  /** Sequencing rules by identifier. */
  rules: Record<string, Element>;
  sequencing: string | null;
  sequencingUrl: string;
  standings: Standing[];
  standingsUrl: string;
  settings: {
    showsTitle: boolean;
    showsControls: boolean;
    showsExit: boolean;
    showsOutline: boolean;
    beginsAnew: boolean;
    width: number;
    height: number;
    commitSeconds: number;
  };
}

/** What a running activity needs of the page; each function may be missing. */
export interface Runtime {
  /** Address to load, if it is not the activity's own. */
  address?: () => Promise<string>;
  /** Called when the activity's page is loaded. */
  started?: () => void;
  end?: () => void;
}

/** What the page does for the one that leads through the course. */
export interface Page {
  changed: () => void;
  deliver: (activity: Activity) => Promise<void>;
  ended: () => Promise<void>;
  refresh: () => Promise<void>;
  unload: () => Promise<unknown>;
}

/** What an activity's runtime tells. */
export interface Told {
  changed: () => void;
  next: () => unknown;
  previous: () => unknown;
}

/** Where a learner may go now. */
export interface Allowed {
  next: boolean;
  previous: boolean;
  /** Controls that the package hides. */
  hidden: string[];
  choose: (activity: Activity) => boolean;
}

/** Leads a learner through a course. */
export interface Lead {
  runtimeOf: (activity: Activity) => Runtime;
  /** Whether an activity was found to begin with. */
  start: (wanted?: Activity) => Promise<boolean>;
  next: () => Promise<unknown>;
  previous: () => Promise<unknown>;
  choose: (activity: Activity) => Promise<unknown>;
  leave: () => Promise<unknown>;
  vanish: () => void;
  may: () => Allowed;
}

/** What the learner asks for by a click. */
export interface Controls {
  choose: (activity: Activity) => unknown;
  next: () => unknown;
  previous: () => unknown;
  leave: () => unknown;
}

declare global {
  interface Window {
    API?: Scorm12API;
    API_1484_11?: Scorm2004API;
  }
}
