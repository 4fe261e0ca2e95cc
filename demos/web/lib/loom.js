// What every widget needs: bytes, pictures, latest-wins calls, errors, links.
window.loom = {
  query: new URLSearchParams(window.location.search),

  encode(bytes) {  // Uint8Array -> base64
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  },

  decode(text) {  // base64 -> Uint8Array
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  },

  // One request at a time, and always the latest one last: a drag never piles up requests.
  pump(call, paint, fail) {
    let wanted = null, busy = false;
    return async (request) => {
      wanted = request;
      if (busy) return;
      busy = true;
      try {
        while (wanted !== null) {
          const now = wanted;
          wanted = null;
          const answer = await loom.ask(call, now);
          answer.error ? fail(answer.error) : paint(answer, now);
        }
      } finally {
        busy = false;
      }
    };
  },

  // A server function's answer; a failure of any kind comes back as {error}.
  async ask(call, request = {}) {
    try {
      const answer = await call(request);
      return answer ?? {error: "The server could not answer; it may be busy. Try again in a moment, or reload the page."};
    } catch (error) {
      return {error: "The server cannot be reached or is too busy. Try again in a moment."};
    }
  },

  // A place where a widget tells what went wrong, read aloud by screen readers.
  notice(place) {
    place.setAttribute("role", "alert");
    return {say: (text) => { place.textContent = text; place.hidden = false; }, clear: () => { place.hidden = true; }};
  },

  // Grey bytes on a canvas, one canvas pixel each; CSS scales it up crisply.
  paint(canvas, bytes, width = 28, height = 28) {
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      image.data.fill(bytes[i], 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  },

  // Dark to light through blue, green and yellow, evenly in brightness: for activations.
  viridis: [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]],

  paintViridis(canvas, bytes, width, height) {
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height), stops = loom.viridis;
    for (let i = 0; i < width * height; i++) {
      const at = (bytes[i] / 255) * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2);
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = stops[low][c] + (at - low) * (stops[low + 1][c] - stops[low][c]);
      image.data[4 * i + 3] = 255;
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  },

  // A picture minus another, so many times as strong: orange where it is too bright, blue where too dark.
  paintDifference(canvas, bytes, others, times = 1, width = 28, height = 28) {
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const off = Math.max(-1, Math.min(1, times * (bytes[i] - others[i]) / 255)), [r, g, b] = off > 0 ? [255, 150, 30] : [60, 150, 255];
      image.data.set([r * Math.abs(off), g * Math.abs(off), b * Math.abs(off), 255], 4 * i);
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  },

  // A sprite of equal tiles: paint(i, canvas) draws one, pixels(i) gives its grey bytes, address is short enough for the style of each tile.
  async sprite(data, columns, tile = 28) {
    const picture = new Image();
    let address = null;
    picture.src = data;
    await picture.decode();
    const whole = document.createElement("canvas");
    whole.width = picture.width;
    whole.height = picture.height;
    const context = whole.getContext("2d", {willReadFrequently: true});
    context.drawImage(picture, 0, 0);
    const place = (i) => [(i % columns) * tile, Math.floor(i / columns) * tile, tile, tile];
    return {
      columns, tile, width: picture.width, height: picture.height,
      get address() { return (address ??= URL.createObjectURL(new Blob([loom.decode(data.split(",")[1])], {type: data.match(/:(.*?);/)[1]}))); },
      paint(i, canvas) {
        canvas.width = canvas.height = tile;
        canvas.getContext("2d").drawImage(whole, ...place(i), 0, 0, tile, tile);
      },
      pixels: (i) => Uint8Array.from({length: tile * tile}, ((data) => (_, k) => data[4 * k])(
        context.getImageData(...place(i)).data)),
    };
  },

  // Round numbers for an axis, about so many between two values.
  ticks(low, high, count) {
    const raw = (high - low) / count || 1, unit = 10 ** Math.floor(Math.log10(raw)), step = unit * [1, 2, 5, 10].find((m) => m * unit >= raw * 0.999);
    const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
    return Array.from({length: last - first + 1}, (_, k) => Number(((first + k) * step).toPrecision(9)));
  },

  // The shipped test images, fetched once for all tabs.
  sample(call) {
    loom.loadedSample ??= loom.ask(call).then(async (answer) => {
      if (answer.error) { loom.loadedSample = null; throw new Error(answer.error); }
      return {...answer, sprite: await loom.sprite(answer.sprite, answer.columns)};
    });
    return loom.loadedSample;
  },

  // Load a script once, whoever asks.
  script(address) {
    loom.scripts ??= {};
    loom.scripts[address] ??= new Promise((done, fail) => {
      const tag = document.createElement("script");
      Object.assign(tag, {src: address, onload: done, onerror: () => fail(new Error(`${address} did not load`))});
      document.head.append(tag);
    });
    return loom.scripts[address];
  },

  percent: (p) => `${(100 * p).toFixed(p > 0.0995 ? 0 : 1)} %`,
  isDark: () => document.body.classList.contains("dark"),
};
