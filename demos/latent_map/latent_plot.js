// A plotly scatter of classes that tells where it is pointed at and clicked, on points and between them.
//   const scatter = loom.scatter(element, {classes, colors, onHover, onPick});  scatter.draw({x, y, labels, bounds, under});
// onHover and onPick get {x, y, i}: the place in the axes' units, and the point there or -1.
loom.symbols = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star", "hexagon", "pentagon"];
loom.solidSymbols = ["circle", "square", "diamond", "circle-open", "square-open", "cross", "diamond-open", "circle", "square", "diamond"];  // 3-D has few, and fonts lack its x

loom.scatter = (root, {classes, colors, onHover, onPick}) => {
  let data = null, hit = null, cross = null;

  const style = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();
  const layout = () => {
    const [left, right, bottom, top] = data.bounds, ink = style("--body-text-color"), line = style("--border-color-primary");
    const axis = (title, range) => ({title: {text: title, standoff: 4}, range, zeroline: false, gridcolor: "rgba(128,128,128,.15)", linecolor: line, showgrid: !data.under});
    const narrow = root.clientWidth < 520;  // the legend goes below the map
    return {
      margin: narrow ? {l: 34, r: 4, t: 4, b: 30} : {l: 46, r: 8, t: 8, b: 36}, hovermode: "closest", dragmode: "zoom", uirevision: data.map,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: data.under ? "#000" : "rgba(0,0,0,0)",
      font: {color: ink, family: style("--font"), size: 12}, 
      legend: {itemsizing: "constant", font: {size: 12}, ...(narrow ? {orientation: "h", y: -0.13} : {})},
      xaxis: axis(data.names[0], [left, right]), yaxis: axis(data.names[1], [bottom, top]),
      images: data.under ? [{source: data.under, xref: "x", yref: "y", x: left, y: top, sizex: right - left,
        sizey: top - bottom, sizing: "stretch", layer: "below", opacity: data.points ? 0.6 : 1}] : [],
      shapes: cross ? [
        {type: "line", xref: "paper", x0: 0, x1: 1, y0: cross.y, y1: cross.y, line: {color: "#ffb000", width: 1.5}},
        {type: "line", yref: "paper", y0: 0, y1: 1, x0: cross.x, x1: cross.x, line: {color: "#ffb000", width: 1.5}},
      ] : [],
    };
  };
  const traces = () => classes.map((name, k) => {
    const members = data.labels.flatMap((label, i) => (label === k ? [i] : []));
    return {
      type: "scatter", mode: "markers", name, hoverinfo: "none", visible: data.points ? true : "legendonly",
      x: members.map((i) => data.x[i]), y: members.map((i) => data.y[i]), customdata: members,
      marker: {color: colors[k], symbol: loom.symbols[k], size: 7, line: {color: "rgba(255,255,255,.75)", width: 0.7}},
    };
  });
  const place = (event) => {
    const drag = event.target.closest?.(".nsewdrag");
    if (!drag) return null;
    const {xaxis, yaxis} = root._fullLayout, box = drag.getBoundingClientRect();
    return {x: xaxis.p2d(event.clientX - box.left), y: yaxis.p2d(event.clientY - box.top), i: -1};
  };
  const at = (point) => ({x: point.x, y: point.y, i: point.customdata});

  const listen = () => {
    let over = null;
    root.on("plotly_hover", (event) => { over = at(event.points[0]); onHover(over); });
    root.on("plotly_unhover", () => { over = null; });
    root.on("plotly_click", (event) => { hit = at(event.points[0]); });
    root.addEventListener("mousemove", (event) => {
      const here = !over && place(event);
      if (here) onHover(here);
    });
    root.addEventListener("click", (event) => {  // plotly_click, if any, came just before
      const picked = hit ?? place(event);
      hit = null;
      if (picked) onPick(picked);
    });
    const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
    root.addEventListener("keydown", (event) => {
      const [left, right, bottom, top] = data.bounds, step = event.shiftKey ? 1 / 10 : 1 / 40;
      cross ??= {x: (left + right) / 2, y: (bottom + top) / 2};
      if (moves[event.key]) {
        cross = {x: cross.x + moves[event.key][0] * step * (right - left), y: cross.y + moves[event.key][1] * step * (top - bottom)};
        scatter.mark(cross);
        onHover({...cross, i: -1});
      } else if (event.key === "Enter" || event.key === " ") onPick({...cross, i: -1});
      else return;
      event.preventDefault();
    });
    // the theme's colours are read when drawing: draw again when it changes, or when the tab comes into view
    new MutationObserver(() => scatter.redraw()).observe(document.body, {attributes: true, attributeFilter: ["class"]});
    new ResizeObserver(() => { if (root.offsetParent) Plotly.Plots.resize(root); }).observe(root);
  };

  const scatter = {
    redraw() {
      return Plotly.react(root, traces(), layout(), {displaylogo: false, responsive: false, displayModeBar: false});
    },
    async draw(next) {
      const first = data === null;
      data = next;
      await scatter.redraw();
      if (first) listen();
    },
    mark(place) {
      cross = place;
      return Plotly.relayout(root, {shapes: layout().shapes});
    },
  };
  return scatter;
};
