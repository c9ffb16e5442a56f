'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const byId = id => document.getElementById(id);
  const hasCharts = typeof Chart !== 'undefined';
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = {};
  if (hasCharts) Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;

  // ---- words and numbers ----------------------------------------------------------------------
  const wholeFormat = new Intl.NumberFormat('en-US', {maximumFractionDigits: 0});
  const whole = x => wholeFormat.format(x).replace('-', '−');
  const digits = (x, n) => x === null || x === undefined ? '—' : x.toFixed(n).replace('-', '−');
  const price = x => x === null ? '—' : x.toLocaleString('en-US', {maximumFractionDigits: 2});
  const days = x => x < 1 ? `${digits(24 * x, 1)} h` : x < 10 ? `${digits(x, 1)} d` : `${whole(x)} d`;
  const day = s => s.expiry.slice(0, 10);
  const escape = text => String(text).replace(/[&<>"]/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'}[c]));
  const words = text => escape(text.replaceAll('_', ' '));
  const table = (rows, columns, none) => rows.length === 0 ? `<div class="empty">${escape(none)}</div>` :
    '<table><thead><tr>' + columns.map(c => `<th class="${c[2] || ''}">${escape(c[0])}</th>`).join('') + '</tr></thead><tbody>' +
    rows.map(r => '<tr>' + columns.map(c => `<td class="${c[2] || ''}">${c[1](r)}</td>`).join('') + '</tr>').join('') + '</tbody></table>';

  // ---- charts ---------------------------------------------------------------------------------
  const axis = (title, more) => Object.assign({
    grid: {color: css('--grid'), drawBorder: false}, ticks: {color: css('--soft'), maxRotation: 0, autoSkipPadding: 14, font: {size: 11.5}},
    title: {display: !!title, text: title, color: css('--soft'), font: {size: 12, weight: 'normal'}}}, more);
  const draw = (id, config) => {
    const canvas = byId(id);
    if (!hasCharts) { canvas.parentElement.style.display = 'none'; return; }
    if (charts[id]) charts[id].destroy();
    config.options = Object.assign({
      responsive: true, maintainAspectRatio: false, animation: false,
      interaction: {mode: 'nearest', intersect: false}}, config.options);
    config.options.plugins = Object.assign({legend: {labels: {color: css('--soft'), boxWidth: 10, boxHeight: 10, font: {size: 12}}}}, config.options.plugins);
    charts[id] = new Chart(canvas, config);
  };
  const line = (label, points, color, more) => Object.assign({type: 'line', label, data: points, borderColor: color, backgroundColor: color, borderWidth: 2, pointRadius: 0, tension: 0}, more);

  // ---- totals ---------------------------------------------------------------------------------
  const books = data.books, slices = books.flatMap(b => b.slices), withCurve = slices.filter(s => s.curve);
  const used = slices.reduce((n, s) => n + s.used, 0), inside = slices.reduce((n, s) => n + s.inside, 0);
  const squares = withCurve.reduce((n, s) => n + (s.rmse || 0) ** 2 * s.used, 0);
  const count = status => slices.filter(s => s.status === status).length;
  const free = withCurve.filter(s => s.remaining === 'none').length;
  const borrowed = count('borrowed_for_few_quotes') + count('borrowed_for_arbitrage'), without = slices.length - withCurve.length;
  byId('facts').innerHTML = [['at', data.time.replace('T', ' ').replace(/\.\d+Z$/, 'Z')], ['market', data.market]]
    .map(f => `<span>${f[0]} <b>${escape(f[1])}</b></span>`).join('');
  const kpi = (name, value, more, mood) => `<div class="kpi"><div class="name">${name}</div><div class="value ${mood || ''}">${value}</div><div class="more" title="${escape(more)}">${escape(more)}</div></div>`;
  byId('kpis').innerHTML = [
    kpi('Expiries', whole(slices.length), `${books.length} surface${books.length === 1 ? '' : 's'}`),
    kpi('Best fit stands', whole(count('fitted')), `${whole(count('repaired'))} repaired, ${whole(borrowed)} borrowed`),
    kpi('Without a curve', whole(without), without ? 'see Expiries' : 'none', without ? 'warn' : ''),
    kpi('Free of arbitrage', `${whole(free)} of ${whole(withCurve.length)}`, 'butterflies and calendars', free < withCurve.length ? 'bad' : ''),
    kpi('RMSE', used ? digits(100 * Math.sqrt(squares / used), 2) : '—', 'vol points, all quotes used'),
    kpi('Quotes used', whole(used), used ? `${digits(100 * inside / used, 1)} % within their spread` : 'none'),
  ].join('');
  const notes = [];
  if (!hasCharts) notes.push('This build has no chart library, so the page shows tables only. Install libjs-chart.js and build again.');
  if (data.rejected) notes.push(`${whole(data.rejected)} records of the input were rejected: see exceptions.csv.`);
  byId('notes').innerHTML = notes.map(n => `<div class="note">${escape(n)}</div>`).join('');

  // ---- the chosen smile -----------------------------------------------------------------------
  let bookAt = 0, sliceAt = 0;
  const book = () => books[bookAt];
  const drawSmile = () => {
    const s = book().slices[sliceAt];
    byId('smile-lead').textContent = `${book().name}, ${s.expiry.replace('T', ' ').replace(':00Z', '')} UTC, ${days(s.days)} to expiry, forward ${price(s.forward)}. The curve ${s.says}.`;
    const percent = p => 100 * p;
    const bars = [];
    s.points.filter(p => p[1] !== null && p[3] !== null).forEach(p => bars.push({x: p[0], y: percent(p[1])}, {x: p[0], y: percent(p[3])}, {x: p[0], y: NaN}));
    const dots = use => s.points.filter(p => p[4] === use).map(p => ({x: p[0], y: percent(p[2])}));
    const curve = (s.curve || []).map(p => ({x: p[0], y: percent(p[1])}));
    // Spreads that are very wide would leave nothing to see of the curve.
    const seen = curve.concat(dots(1)).map(p => p.y), low = Math.min(...seen), high = Math.max(...seen), room = 0.25 * (high - low) + 0.5;
    const xs = curve.concat(dots(1)).map(p => p.x);
    const x = axis('log-moneyness ln(K/F)', {type: 'linear', min: Math.min(...xs), max: Math.max(...xs), ticks: {color: css('--soft'), maxRotation: 0, autoSkipPadding: 14, font: {size: 11.5}, callback: v => digits(v, 2)}});
    draw('smile', {type: 'scatter', data: {datasets: [
      line('fitted', curve, css('--accent'), {order: 3}),
      {type: 'scatter', label: 'quoted', data: dots(1), backgroundColor: css('--ink'), borderWidth: 0, pointRadius: 2.6, order: 1},
      {type: 'scatter', label: 'not used', data: dots(0), backgroundColor: css('--faint'), borderWidth: 0, pointRadius: 2, order: 2},
      line('bid to ask', bars, css('--faint'), {borderWidth: 1.2, spanGaps: false, order: 4}),
    ]}, options: {scales: {x, y: axis('vol, %', seen.length ? {suggestedMin: low - room, min: Math.max(0, low - room), max: high + room} : {})},
      plugins: {tooltip: {callbacks: {label: i => `${i.dataset.label}: ${digits(i.parsed.y, 2)} % at ${digits(i.parsed.x, 3)}`}}}}});
    const fitAt = k => { const c = s.curve; let i = 1; while (i < c.length - 1 && c[i][0] < k) ++i; const [a, b] = [c[i - 1], c[i]]; return a[1] + (b[1] - a[1]) * (k - a[0]) / (b[0] - a[0]); };
    const off = s.curve ? s.points.filter(p => p[4] === 1).map(p => ({x: p[0], y: 100 * (fitAt(p[0]) - p[2])})) : [];
    draw('residuals', {type: 'scatter', data: {datasets: [{label: 'fitted less quoted', data: off, backgroundColor: css('--accent'), borderWidth: 0, pointRadius: 2.6}]},
      options: {scales: {x: Object.assign({}, x, {title: {display: false}}), y: axis('vol points', {})}, plugins: {legend: {display: false}, tooltip: {callbacks: {label: i => `${digits(i.parsed.y, 2)} vol points at ${digits(i.parsed.x, 3)}`}}}}});
    byId('smile-foot').textContent = s.raw ? `a ${s.raw[0].toPrecision(5)}, b ${s.raw[1].toPrecision(5)}, ρ ${digits(s.raw[2], 4)}, m ${s.raw[3].toPrecision(4)}, σ ${s.raw[4].toPrecision(5)}. RMSE ${digits(100 * s.rmse, 2)}, worst ${digits(100 * s.worst, 2)} vol points; ${whole(s.inside)} of ${whole(s.used)} quotes have the curve between bid and ask.`.replaceAll('-', '−') : '';
  };
  const pick = at => { sliceAt = at; byId('expiry').value = String(at); drawSmile(); drawMap(); };

  // ---- surface --------------------------------------------------------------------------------
  const halves = [...Array(13).keys()].map(i => i / 2 - 3);
  const drawMap = () => {
    const rows = book().slices.map((s, i) => [s, i]).filter(([s]) => s.map);
    const values = rows.flatMap(([s]) => s.map), low = Math.min(...values), high = Math.max(...values);
    const shade = v => { const t = high > low ? (v - low) / (high - low) : 0.5, strength = 0.06 + 0.76 * Math.pow(t, 0.6); return `background: rgba(var(--gain-rgb), ${strength.toFixed(3)});` + (strength > 0.55 ? ' color: #fff;' : ''); };
    byId('map').innerHTML = rows.length === 0 ? '<div class="empty">No expiry has a curve.</div>' : '<table class="map"><thead><tr><th>expiry</th>' + halves.map(h => `<th>${h > 0 ? '+' : ''}${digits(h, 1)}</th>`).join('') + '</tr></thead><tbody>' +
      rows.map(([s, i]) => `<tr data-at="${i}" style="cursor: pointer"><th title="${days(s.days)}">${i === sliceAt ? '▸ ' : ''}${day(s).slice(2)}</th>` + s.map.map(v => `<td style="${shade(v)}">${digits(100 * v, 1)}</td>`).join('') + '</tr>').join('') + '</tbody></table>';
    byId('map').querySelectorAll('tr[data-at]').forEach(row => row.addEventListener('click', () => { pick(Number(row.dataset.at)); byId('smile').scrollIntoView({block: 'center'}); }));
  };

  // ---- across expiries ------------------------------------------------------------------------
  const drawAcross = () => {
    const rows = book().slices.filter(s => s.curve);
    const hue = i => `hsl(${215 - 190 * i / Math.max(1, rows.length - 1)}, 62%, ${matchMedia('(prefers-color-scheme: dark)').matches ? 62 : 44}%)`;
    draw('variance', {type: 'scatter', data: {datasets: rows.map((s, i) => line(day(s).slice(2), s.curve.map(p => ({x: p[0], y: p[1] * p[1] * s.days / 365})), hue(i), {borderWidth: 1.6}))},
      options: {scales: {x: axis('log-moneyness ln(K/F)', {type: 'linear'}), y: axis('total variance', {type: 'logarithmic', ticks: {color: css('--soft'), font: {size: 11.5}, autoSkip: false, callback: v => Math.abs(Math.log10(v) % 1) < 1e-9 ? String(v) : null}})},
        plugins: {legend: {position: 'bottom', labels: {color: css('--soft'), boxWidth: 10, boxHeight: 3, font: {size: 11}}}, tooltip: {callbacks: {label: i => `${i.dataset.label}: ${i.parsed.y.toPrecision(3)} at ${digits(i.parsed.x, 2)}`}}}}});
    draw('term', {type: 'scatter', data: {datasets: [line('at the money', rows.map(s => ({x: s.days, y: 100 * s.map[6]})), css('--accent'), {pointRadius: 3})]},
      options: {scales: {x: axis('days to expiry', {type: 'logarithmic', ticks: {color: css('--soft'), font: {size: 11.5}, autoSkip: false, callback: v => [0.1, 1, 3, 7, 30, 90, 365].some(d => Math.abs(v / d - 1) < 1e-9) ? String(v) : null}}), y: axis('vol, %', {})}, plugins: {legend: {display: false}, tooltip: {callbacks: {label: i => `${digits(i.parsed.y, 2)} % at ${days(i.parsed.x)}`}}}}});
    draw('errors', {type: 'bar', data: {labels: rows.map(s => day(s).slice(2)), datasets: [{label: 'RMSE', data: rows.map(s => 100 * s.rmse), backgroundColor: rows.map(s => s.status === 'fitted' ? css('--accent') : css('--warn')), maxBarThickness: 22}]},
      options: {scales: {x: axis('', {grid: {display: false, drawBorder: false}}), y: axis('vol points', {beginAtZero: true})}, plugins: {legend: {display: false}, tooltip: {callbacks: {label: i => `${digits(i.parsed.y, 2)} vol points, ${rows[i.dataIndex].status.replaceAll('_', ' ')}`}}}}});
  };
  const drawSlices = () => {
    byId('slices').innerHTML = table(book().slices, [
      ['expiry', s => day(s)], ['days', s => digits(s.days, 2)], ['forward', s => price(s.forward)], ['status', s => `<span class="${s.curve ? '' : 'warn'}">${words(s.status)}</span>`, 'text'],
      ['ATM vol, %', s => s.map ? digits(100 * s.map[6], 2) : '—'], ['quotes used', s => `${whole(s.used)} of ${whole(s.quotes)}`], ['RMSE', s => s.curve && s.used ? digits(100 * s.rmse, 2) : '—'], ['worst', s => s.curve && s.used ? digits(100 * s.worst, 2) : '—'],
      ['found', s => s.curve ? words(s.found) : '—', 'text'], ['remains', s => s.curve ? `<span class="${s.remaining === 'none' ? '' : 'bad'}">${words(s.remaining)}</span>` : '—', 'text'], ['least g', s => digits(s.g, 4)]], 'There is no option.');
  };
  byId('uses').innerHTML = table(data.uses, [['use', u => words(u.use)], ['quotes', u => whole(u.count)]], 'There is no quote.');
  byId('foot').textContent = 'Lockstep. Parameters are in slices.csv and surface.json, every quote with its fitted vol in quotes.csv; digests of inputs and results are in manifest.json.';

  const chooseBook = at => {
    bookAt = at;
    const list = book().slices;
    // A month out is where the smile is best known.
    const near = list.map((s, i) => [s.curve ? Math.abs(Math.log(s.days / 30)) : 1e9, i]).sort((a, b) => a[0] - b[0]);
    sliceAt = near[0][1];
    byId('expiry').innerHTML = list.map((s, i) => `<option value="${i}">${day(s)} (${days(s.days)})</option>`).join('');
    byId('expiry').value = String(sliceAt);
    drawSmile(); drawMap(); drawAcross(); drawSlices();
  };
  if (books.length > 1) {
    byId('book').innerHTML = books.map((b, i) => `<button type="button" aria-pressed="${i === 0}">${escape(b.name)}</button>`).join('');
    [...byId('book').children].forEach((button, i) => button.addEventListener('click', () => {
      [...byId('book').children].forEach((other, j) => other.setAttribute('aria-pressed', String(i === j)));
      chooseBook(i);
    }));
  }
  byId('expiry').addEventListener('change', event => pick(Number(event.target.value)));
  if (books.length) chooseBook(0);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { if (books.length) { drawSmile(); drawMap(); drawAcross(); } });
})();
