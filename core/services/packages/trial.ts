/** Tries plugins in processes of their own, so that nothing that they do harms the site. */
export interface PluginTrial {
  /** Starts a site of its own with the plugins, on an empty store. @throws GALLEY_PLUGIN_FAILED with the reason */
  load(plan: TrialPlan): Promise<void>;
  /** Starts the site as it is now, and asks for its pages. @throws GALLEY_PLUGIN_FAILED with the reason */
  probe(plan: Omit<TrialPlan, 'folders'>): Promise<void>;
}

/** What is tried. */
export interface TrialPlan {
  /** Folders with plugins that come before the installed ones. */
  folders: string[];
  /** All plugins that run. */
  plugins: string[];
  /** Those that have to run. */
  names: string[];
  /** Ends the trial, which throws its reason then. */
  signal?: AbortSignal | undefined;
}
