// What demos/site/ writes into the page.

export interface SiteWidget {
  id: string; // of its element
  entry: string; // the module that mounts it, below demos/
  props: object;
  answers: Record<string, string>; // files, by what they answer: keyOf()
  needs: Record<string, string>; // by function, what is said where no file answers
  isFolded: boolean; // mounted once its fold is opened
}

export interface SiteTab {
  name: string;
  title: string;
  widgets: SiteWidget[];
}

export interface Site {
  tabs: SiteTab[];
  always: SiteWidget[]; // beside every tab
  elsewhere: Record<string, string>; // titles of the tabs that are not here, by name
  offline: string; // address of the service worker
}
