"""The suite as a folder of files, for a host that computes nothing, or for a stick.

How it works, from a tab to its page:

1. A tab takes part by a module `demos/TAB/parts/site.py`: which `questions` its script asks of the server that are
   finite and small, in `NEEDS` what takes the app, and which `models` its `answered_here.js` computes with.
2. `pages.py` builds the tab as the app does and reads off what Gradio would be given: the HTML of every component, and
   of those with a script its module, its props and the names of its server functions.
3. `answers.py` asks those functions the questions, and writes each answer as a file named by its content.
4. `files.py` copies the bundles of modules, the models and the runtime to the addresses that the app serves them at:
   no script knows the difference.
5. `page.py` writes `index.html`, which `demos/web/site/site.js` brings to life: a row of tabs, and a `server` for each
   widget that takes answers from the files. What is not there the browser computes (`demos/web/lib/local/alone.js`);
   what it cannot compute is said in a sentence. `offline.js` keeps all files, so that one visit is enough.
"""
