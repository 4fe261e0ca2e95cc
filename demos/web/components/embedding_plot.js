// A plotly cloud of class points in two or three dimensions that can move many times a second, and light one point up.
//   const cloud = loom.cloud(element, {classes, colors, sprite, onHover, onPick});
//   cloud.draw({labels, places, points, dimensions, titles, hidden}); cloud.move(points); cloud.light(i, links, pictured);
// points: Float32Array, `dimensions` numbers a point; titles: of the axes, or null where axes mean nothing;
// hidden: a Set of classes; links: [{j, strength}], lines to other points; onHover and onPick get a point or -1.
loom.cloud = (root, {classes, colors, sprite, onHover, onPick}) => {
  root.innerHTML = `<div class="cloud-plot"></div><svg class="cloud-over" aria-hidden="true"></svg>
    <canvas class="cloud-thumb" width="28" height="28" aria-hidden="true" hidden></canvas>`;
  const [plot, over, thumb] = root.children, REACH = 16;  // px from which a point is pointed at
  let data = null, members = [], nodes = [], lit = -1, links = [], pictured = false, busy = false, flat = null, timer = 0;

  const style = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();
  const value = (i, c) => data.points[i * data.dimensions + c];
  const bounds = (c) => {
    if (!data.titles) return [-1.08, 1.08];
    let low = Infinity, high = -Infinity;
    for (let i = 0; i < data.labels.length; i++) { low = Math.min(low, value(i, c)); high = Math.max(high, value(i, c)); }
    return [low - 0.06 * (high - low), high + 0.06 * (high - low)];
  };

  const axis = (c) => ({
    title: {text: data.titles?.[c] ?? "", standoff: 2, font: {size: 11}}, range: bounds(c), zeroline: false, showticklabels: !!data.titles, showgrid: !!data.titles,
    ticks: "", gridcolor: "rgba(128,128,128,.15)", linecolor: style("--border-color-primary"), mirror: true, showline: true,
    tickfont: {size: 10}, nticks: 6,
  });
  const layout = () => {
    const shared = {
      showlegend: false, hovermode: "closest", paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: {color: style("--body-text-color"), family: style("--font"), size: 11}, uirevision: `${data.dimensions} ${data.titles}`,
    };
    if (data.dimensions === 2)
      return {...shared, margin: data.titles ? {l: 34, r: 6, t: 6, b: 34} : {l: 6, r: 6, t: 6, b: 6}, dragmode: "zoom",
        xaxis: axis(0), yaxis: {...axis(1), scaleanchor: "x"}};
    const solid = (c) => ({...axis(c), title: {text: data.titles?.[c] ?? "", font: {size: 10}}, showbackground: false,
      gridcolor: "rgba(128,128,128,.3)", showspikes: false});
    return {...shared, margin: {l: 0, r: 0, t: 0, b: 0},
      scene: {xaxis: solid(0), yaxis: solid(1), zaxis: solid(2), aspectmode: "data", camera: {eye: {x: 1.55, y: 1.55, z: 1.0}}}};
  };
  const column = (group, c) => group.map((i) => value(i, c));
  const traces = () => classes.map((name, k) => ({
    type: data.dimensions === 2 ? "scatter" : "scatter3d", mode: "markers", name, hoverinfo: "none", visible: !data.hidden.has(k),
    x: column(members[k], 0), y: column(members[k], 1), ...(data.dimensions === 3 ? {z: column(members[k], 2)} : {}),
    customdata: members[k],
    marker: data.dimensions === 2
      ? {color: colors[k], symbol: loom.symbols[k], size: 7, line: {color: "rgba(255,255,255,.75)", width: 0.7}}
      : {color: colors[k], symbol: loom.solidSymbols[k], size: 4.5, line: {width: 0}},
  }));
  const lamp = () => {  // in three dimensions the lit point and its links are a trace of their own
    const ends = lit < 0 ? [] : [...links.flatMap(({j}) => [lit, j, -1]), lit], at = (c) => ends.map((i) => (i < 0 ? null : value(i, c)));
    return {type: "scatter3d", mode: "lines+markers", hoverinfo: "skip", x: at(0), y: at(1), z: at(2),
      line: {color: "#ffb000", width: 4}, marker: {color: "#ffb000", symbol: "circle-open", size: ends.map((i) => (i === lit ? 14 : 6))}};
  };

  const pixel = (i) => {  // where a point of a 2-D cloud stands inside the root
    const {xaxis, yaxis} = plot._fullLayout;
    return [xaxis._offset + xaxis.d2p(value(i, 0)), yaxis._offset + yaxis.d2p(value(i, 1))];
  };
  const glow = () => {
    over.innerHTML = "";
    thumb.hidden = lit < 0 || data.dimensions === 3 || !pictured;
    if (lit < 0 || data.dimensions === 3 || !plot._fullLayout) return;
    const [x, y] = pixel(lit);
    over.innerHTML = links.map(({j, strength}) => {
      const [u, v] = pixel(j);
      return `<line x1="${x}" y1="${y}" x2="${u}" y2="${v}" stroke-opacity="${0.25 + 0.75 * strength}"/><circle cx="${u}" cy="${v}" r="6"/>`;
    }).join("") + `<circle class="lit" cx="${x}" cy="${y}" r="9"/>`;
    const size = thumb.offsetWidth, right = x + 14 + size < root.clientWidth, below = y - 14 - size < 0;
    thumb.style.transform = `translate(${right ? x + 14 : x - 14 - size}px, ${below ? y + 14 : y - 14 - size}px)`;
  };

  const nearest = (event) => {
    if (!data || data.dimensions === 3 || !event.target.closest?.(".nsewdrag")) return -1;
    const box = root.getBoundingClientRect(), mx = event.clientX - box.left, my = event.clientY - box.top;
    let best = -1, least = REACH ** 2;
    data.labels.forEach((label, i) => {
      if (data.hidden.has(label)) return;
      const [x, y] = pixel(i), far = (x - mx) ** 2 + (y - my) ** 2;
      if (far < least) { least = far; best = i; }
    });
    return best;
  };
  let hovered = -1;
  root.addEventListener("mousemove", (event) => {
    const i = nearest(event);
    if (data?.dimensions === 2 && i !== hovered && !event.buttons) onHover(hovered = i);
  });
  root.addEventListener("mouseleave", () => { if (hovered >= 0) onHover(hovered = -1); });
  root.addEventListener("click", (event) => {
    const i = data?.dimensions === 3 ? hovered : nearest(event);
    if (event.target.closest(".nsewdrag, canvas")) onPick(i);
  });
  new MutationObserver(() => { if (data) draw(); }).observe(document.body, {attributes: true, attributeFilter: ["class"]});
  new ResizeObserver(() => {
    if (root.offsetParent && flat !== null) Promise.resolve(Plotly.Plots.resize(plot)).then(() => { collect(); glow(); });
  }).observe(root);

  const collect = () => {  // plotly's own points, by class, to be moved in place
    const groups = [...plot.querySelectorAll(".scatterlayer .trace")], shown = classes.map((_, k) => k).filter((k) => !data.hidden.has(k));
    nodes = [];
    if (data.dimensions === 2)
      shown.forEach((k, g) => groups[g]?.querySelectorAll(".point").forEach((node, m) => nodes.push([node, members[k][m]])));
  };
  const draw = async () => {
    if (flat !== null && flat !== data.dimensions) Plotly.purge(plot);
    const first = flat !== data.dimensions;
    flat = data.dimensions;
    const all = data.dimensions === 2 ? traces() : [...traces(), lamp()];
    await Plotly.react(plot, all, layout(), {displaylogo: false, responsive: false, displayModeBar: false});
    if (first) {
      plot.on("plotly_hover", ({points}) => {
        if (data.dimensions === 3 && points[0].customdata !== undefined) onHover(hovered = points[0].customdata);
      });
      plot.on("plotly_relayout", () => { collect(); glow(); });
    }
    collect();
    glow();
  };

  return {
    draw(next) {
      clearTimeout(timer);
      data = next;
      members = classes.map((_, k) => data.labels.flatMap((label, i) => (label === k ? [i] : [])));
      return draw();
    },
    move(points) {
      data.points = points;
      if (data.dimensions === 2) {
        const {xaxis, yaxis} = plot._fullLayout;
        for (const [node, i] of nodes)
          node.setAttribute("transform", `translate(${xaxis.d2p(value(i, 0))},${yaxis.d2p(value(i, 1))})`);
        glow();
        clearTimeout(timer);
        timer = setTimeout(() => draw(), 300);  // plotly learns where its points are once they rest
      } else if (!busy) {
        busy = true;
        draw().then(() => requestAnimationFrame(() => { busy = false; if (data.points !== points) this.move(data.points); }));
      }
    },
    light(i, lines = [], withPicture = true) {
      lit = i;
      links = lines;
      pictured = withPicture;
      if (!data) return;
      if (i >= 0) sprite.paint(data.places[i], thumb);
      if (data.dimensions === 2) return glow();
      glow();
      const {x, y, z, marker} = lamp();
      Plotly.restyle(plot, {x: [x], y: [y], z: [z], "marker.size": [marker.size]}, [classes.length]);
    },
    pixel,  // for who must point at it from outside
  };
};
