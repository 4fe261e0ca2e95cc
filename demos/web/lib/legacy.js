// The names that widget scripts which are no modules yet call; goes when the last of them is one.
import {dotPlot} from "../../gan/dot_plot.js";
import {timeline} from "../../gan/timeline.js";
import {bars} from "../components/bars.js";
import {embeddingPlot} from "../components/embedding_plot.js";
import {gallery} from "../components/gallery.js";
import {lineChart, sparkline} from "../components/line_chart.js";
import {drawingPad} from "../components/pad.js";
import {player} from "../components/player.js";
import {radioGroup} from "../components/radio_group.js";
import {sendFile, upload} from "../components/upload.js";
import {fromBase64, toBase64} from "./base64.js";
import {isDark} from "./dom.js";
import {percent, ticks} from "./format.js";
import {paint, paintDifference} from "./image.js";
import {notice} from "./notice.js";
import {loadPlotly} from "./plotly.js";
import {ask, pump} from "./rpc.js";
import {loadSample} from "./sample.js";
import {addSessionModel, openSessionModel, watchSessionModels} from "./session_models.js";
import {shareButton} from "./share.js";
import {loadSprite} from "./sprite.js";

const query = new URLSearchParams(window.location.search);

function share(button, tab, state) {
  shareButton(button, () => {
    const link = new URLSearchParams({tab});
    for (const [key, value] of Object.entries(state())) {
      if (value !== null && value !== undefined) link.set(key, value);
    }
    return link;
  });
}

function curves(root, {height = 190} = {}) {
  const caption = (k) => (k < 0 ? "at the end" : `epoch ${k + 1}`);
  const chart = lineChart(root, {height, key: true, readable: true, caption});
  return {draw: ({lines, ...data}) => chart.draw({...data, targets: lines, log: "auto"})};
}

function lines(root, options) {
  const chart = lineChart(root, options);
  return {
    draw: (data) => chart.draw({zero: true, ...data}),
    get at() {
      return chart.at;
    },
    set at(k) {
      chart.at = k;
    },
  };
}

window.loom = {
  query,
  encode: toBase64,
  decode: fromBase64,
  pump,
  ask,
  notice,
  paint,
  paintDifference,
  sprite: loadSprite,
  ticks,
  percent,
  isDark,
  sample: loadSample,
  script: loadPlotly,
  own: {add: addSessionModel, watch: watchSessionModels, open: openSessionModel},
  share,
  curves,
  lines,
  spark: sparkline,
  bars,
  gallery,
  pad: drawingPad,
  player,
  choice: radioGroup,
  upload: (root, {fail, ...options}) => upload(root, {...options, onError: fail}),
  send: sendFile,
  cloud: (root, options) => embeddingPlot(root, {...options, plotly: window.Plotly}),
  dots: dotPlot,
  timeline,
};
