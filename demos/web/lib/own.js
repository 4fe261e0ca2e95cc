// Models that this visitor trained: the tabs that can show one hear of it, and are opened on it.
//   loom.own.watch("latent_map", {add: (own) => ..., open: (name) => ...});  own: {name, words, size, opens}
//   loom.own.add(own);  loom.own.open("latent_map", name);
loom.own = (() => {
  const known = [], watchers = {};
  let asked = null;
  const open = (tab) => { const {name} = asked; asked = null; watchers[tab].open(name); };
  return {
    add(own) {
      known.push(own);
      for (const tab of own.opens) watchers[tab]?.add(own);
    },
    watch(tab, watcher) {  // by a tab that has just drawn itself; gives whether it is wanted on one of them
      watchers[tab] = watcher;
      known.filter(({opens}) => opens.includes(tab)).forEach(watcher.add);
      if (asked?.tab !== tab) return false;
      open(tab);
      return true;
    },
    open(tab, name) {
      asked = {tab, name};
      document.getElementById(`${tab}-tab-button`).click();
      if (watchers[tab]) open(tab);  // else once it has been drawn
    },
  };
})();
