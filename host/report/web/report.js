'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const byId = id => document.getElementById(id);
  const hasCharts = typeof Chart !== 'undefined';
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = {};
  if (!hasCharts) document.body.classList.add('no-charts');
  if (hasCharts) Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;

  // ---- words and numbers ----------------------------------------------------------------------
  const wholeFormat = new Intl.NumberFormat('en-US', {maximumFractionDigits: 0});
  const compactFormat = new Intl.NumberFormat('en-US', {notation: 'compact', maximumSignificantDigits: 3});
  const whole = x => wholeFormat.format(x).replace('-', '−');
  const compact = x => (Math.abs(x) < 1e-9 ? '0' : Math.abs(x) < 1 ? Number(x.toPrecision(2)).toString() : compactFormat.format(x)).replace('-', '−');
  const percent = x => (Number((100 * x).toFixed(2)).toString() + ' %').replace('-', '−');
  const signed = x => (x > 0 ? '+' : '') + percent(x);
  const escape = text => String(text).replace(/[&<>"]/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'}[c]));
  const ratio = a => a.im <= 0 || a.equity <= 0 ? '—' : a.im > 10 * a.equity ? '> 1,000 %' : percent(a.im / a.equity);
  const distance = x => x === null ? '—' : x < 1e-4 ? '< 0.01 %' : percent(x);
  const many = (n, thing) => `${whole(n)} ${thing}${n === 1 ? '' : 's'}`;

  // columns: [heading, cell function, class]
  const table = (rows, columns, none) => rows.length === 0 ? `<div class="empty">${escape(none)}</div>` :
    '<table><thead><tr>' + columns.map(c => `<th class="${c[2] || ''}">${escape(c[0])}</th>`).join('') + '</tr></thead><tbody>' +
    rows.map(r => '<tr>' + columns.map(c => `<td class="${c[2] || ''}">${c[1](r)}</td>`).join('') + '</tr>').join('') + '</tbody></table>';

  const tabs = (id, names, chosen, choose) => {
    const box = byId(id);
    if (names.length < 2) return;
    box.innerHTML = names.map((n, i) => `<button type="button" aria-pressed="${i === chosen}">${escape(n)}</button>`).join('');
    [...box.children].forEach((button, i) => button.addEventListener('click', () => {
      [...box.children].forEach((other, j) => other.setAttribute('aria-pressed', String(i === j)));
      choose(i);
    }));
  };

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
      interaction: {mode: 'index', intersect: false}}, config.options);
    config.options.plugins = Object.assign({legend: {labels: {color: css('--soft'), boxWidth: 10, boxHeight: 10, font: {size: 12}}}}, config.options.plugins);
    charts[id] = new Chart(canvas, config);
  };

  // ---- totals ---------------------------------------------------------------------------------
  const c = data.counts, usd = data.usd;
  byId('facts').innerHTML = [
    ['at', data.time.replace('T', ' ').replace(/\.\d+Z$/, 'Z')], ['market', data.market], ['portfolio', data.portfolio], ['preset', data.preset],
  ].map(f => `<span>${f[0]} <b>${escape(f[1])}</b></span>`).join('');
  const kpi = (name, value, more, mood) => `<div class="kpi"><div class="name">${name}</div><div class="value ${mood || ''}">${value}</div><div class="more" title="${escape(more)}">${escape(more)}</div></div>`;
  byId('kpis').innerHTML = [
    kpi('Equity', '$' + compact(usd.equity), many(c.accounts, 'account')),
    kpi('Initial margin', '$' + compact(usd.im), usd.equity > 0 ? `${percent(usd.im / usd.equity)} of equity` : 'no equity'),
    kpi('Maintenance margin', '$' + compact(usd.mm), many(c.netting_sets, 'netting set')),
    kpi('Under water', whole(c.liquidatable), 'equity < maintenance', c.liquidatable ? 'bad' : ''),
    kpi('Below initial', whole(c.initial_breach), 'equity < initial margin', c.initial_breach ? 'warn' : ''),
    kpi('Exceptions', whole(c.exceptions), `${whole(c.left_out)} positions left out`, c.exceptions ? 'warn' : ''),
  ].join('');
  const notes = [];
  if (!hasCharts) notes.push('This build has no chart library, so the report shows tables only. Install libjs-chart.js and build again.');
  if (c.not_valued) notes.push(`${whole(c.not_valued)} accounts hold positions that could not be valued; their numbers are without them.`);
  if (c.record_rejected) notes.push(`A record of cash or positions was rejected for ${whole(c.record_rejected)} accounts; their numbers are without it.`);
  if (c.overflowed) notes.push(`${whole(c.overflowed)} accounts have amounts beyond 64 bits, which are bounds, or positions too large to be counted.`);
  if (c.without_price) notes.push(`${whole(c.without_price)} accounts hold an asset without a price in USD; their totals are without it.`);
  byId('notes').innerHTML = notes.map(n => `<div class="note">${escape(n)}</div>`).join('');

  // ---- heat map -------------------------------------------------------------------------------
  const books = data.books;
  const bookNames = books.map(b => b.name);
  let mapBook = 0, mapSide = 0;
  // The net of a two-sided book is nothing but rounding: then the losing side is the better start.
  const flat = books.every(b => b.scenarios.every(s => Math.abs(s.net) <= 1e-6 * Math.abs(s.losses)));
  if (flat && books.length) mapSide = 1;
  const shade = (x, most) => {
    if (most === 0) return '';
    const strength = Math.min(1, Math.pow(Math.abs(x) / most, 0.7)) * 0.82;
    return `background: rgba(var(${x < 0 ? '--loss-rgb' : '--gain-rgb'}), ${strength.toFixed(3)});` + (strength > 0.55 ? ' color: #fff;' : '');
  };
  const drawMap = () => {
    const book = books[mapBook];
    if (!book) { byId('map').innerHTML = '<div class="empty">Nothing is held.</div>'; return; }
    const value = s => mapSide === 0 ? s.net : s.losses;
    byId('map-lead').textContent = mapSide === 0
      ? `Gain or loss of all ${whole(book.sets)} netting sets of ${book.name} together, in ${book.asset}. Outlined: the worst within the price range.`
      : `What the losing netting sets of ${book.name} would lose, in ${book.asset}: the sum that would have to be collected. Outlined: the worst within the price range.`;
    const standard = book.scenarios.filter(s => !s.extended), extended = book.scenarios.filter(s => s.extended);
    const worst = Math.min(...standard.map(value)), most = Math.max(...standard.map(s => Math.abs(value(s))), 0);
    const moves = [...new Set(standard.map(s => s.move))].sort((a, b) => a - b);
    const cell = s => s === undefined ? '<td></td>' : `<td style="${shade(value(s), most)}" class="${value(s) === worst && worst < 0 ? 'worst' : ''}" title="scenario ${s.id}">${compact(value(s))}</td>`;
    byId('map').innerHTML = '<table class="map"><thead><tr><th></th>' + moves.map(m => `<th>${signed(m)}</th>`).join('') + '</tr></thead><tbody>' +
      [[1, 'vol up'], [0, 'vol same'], [-1, 'vol down']].map(([direction, name]) => `<tr><th>${name}</th>` +
        moves.map(m => cell(standard.find(s => s.move === m && s.vol === direction))).join('') + '</tr>').join('') + '</tbody></table>';
    if (extended.length === 0) { byId('map-extended').innerHTML = ''; return; }
    const far = extended.slice().sort((a, b) => a.move - b.move), mostFar = Math.max(...far.map(s => Math.abs(value(s))), 0);
    byId('map-extended').innerHTML = '<table class="map"><thead><tr><th></th>' + far.map(s => `<th>${signed(s.move)}</th>`).join('') + '</tr></thead><tbody><tr><th>extended</th>' +
      far.map(s => `<td style="${shade(value(s), mostFar)}" title="scenario ${s.id}">${compact(value(s))}</td>`).join('') + '</tr></tbody></table><p class="foot">Extended moves count in part, as the preset says, before the dampener of each netting set.</p>';
  };
  tabs('map-book', bookNames, 0, i => { mapBook = i; drawMap(); });
  if (books.length) tabs('map-side', ['everybody', 'losing side'], mapSide, i => { mapSide = i; drawMap(); });

  // ---- worst scenarios ------------------------------------------------------------------------
  let worstBook = 0;
  const drawWorst = () => {
    const book = books[worstBook];
    const rows = book ? book.scenarios.filter(s => s.worst_in > 0).sort((a, b) => b.worst_in - a.worst_in || a.id - b.id).slice(0, 12) : [];
    const most = rows.length ? rows[0].worst_in : 1;
    byId('worst-table').innerHTML = table(rows, [
      ['scenario', s => s.id], ['move', s => signed(s.move)], ['vol', s => ['down', 'same', 'up'][s.vol + 1], 'text'],
      ['netting sets', s => whole(s.worst_in)], ['', s => `<span class="bar" style="width:${(120 * s.worst_in / most).toFixed(1)}px"></span>`, 'text']], 'No netting set loses in any scenario.');
  };
  tabs('worst-book', bookNames, 0, i => { worstBook = i; drawWorst(); });

  // ---- ladder ---------------------------------------------------------------------------------
  const drawLadder = () => {
    const steps = data.ladder;
    draw('ladder', {data: {labels: steps.map(s => signed(s.move)), datasets: [
      {type: 'bar', label: 'accounts below maintenance', data: steps.map(s => s.liquidatable), backgroundColor: steps.map(s => s.move === 0 ? css('--warn') : css('--accent')), yAxisID: 'y', maxBarThickness: 26, order: 2},
      {type: 'line', label: 'negative equity, USD', data: steps.map(s => s.loss), borderColor: css('--loss'), backgroundColor: css('--loss'), borderWidth: 2, pointRadius: 2, yAxisID: 'y2', tension: 0.2, order: 1},
    ]}, options: {scales: {
      x: axis('relative move of all underlyings', {grid: {display: false, drawBorder: false}}),
      y: axis('accounts', {beginAtZero: true, ticks: {color: css('--soft'), callback: compact, font: {size: 11.5}}}),
      y2: axis('USD', {position: 'right', beginAtZero: true, grid: {display: false, drawBorder: false}, ticks: {color: css('--soft'), callback: compact, font: {size: 11.5}}}),
    }, plugins: {tooltip: {callbacks: {label: i => `${i.dataset.label}: ${compact(i.parsed.y)}`}}}}});
    byId('ladder-table').innerHTML = table(steps, [['move', s => signed(s.move)], ['below maintenance', s => whole(s.liquidatable)],
      ['negative equity', s => whole(s.negative)], ['maintenance, USD', s => whole(s.mm)], ['shortfall, USD', s => whole(s.shortfall)], ['negative equity, USD', s => whole(s.loss)]], 'No account holds anything.');
  };

  // ---- accounts -------------------------------------------------------------------------------
  const name = a => escape(a.account) + a.flags.filter(f => f !== 'liquidatable' && f !== 'initial_breach').map(f => `<span class="tag">${escape(f.replaceAll('_', ' '))}</span>`).join('');
  const accountColumns = more => [['account', name], ['equity, USD', a => whole(a.equity)], ['initial', a => whole(a.im)], ['maintenance', a => whole(a.mm)]].concat(more);
  const nearer = a => a.up === null || (a.down !== null && a.down <= a.up) ? 'fall' : 'rise';
  const drawNearest = () => {
    const rows = data.nearest.slice(0, 15);
    byId('nearest').parentElement.style.display = rows.length ? '' : 'none';
    if (rows.length) draw('nearest', {type: 'bar', data: {labels: rows.map(a => a.account), datasets: [
      {label: 'fall', data: rows.map(a => nearer(a) === 'fall' ? -100 * a.down : null), backgroundColor: css('--loss'), maxBarThickness: 12, minBarLength: 2},
      {label: 'rise', data: rows.map(a => nearer(a) === 'rise' ? 100 * a.up : null), backgroundColor: css('--gain'), maxBarThickness: 12, minBarLength: 2},
    ]}, options: {indexAxis: 'y', scales: {
      x: axis('move to liquidation, %, whichever way is nearer', {stacked: true}), y: axis('', {stacked: true, grid: {display: false, drawBorder: false}, ticks: {color: css('--soft'), font: {size: 11}, autoSkip: false}})}}});
    byId('nearest-table').innerHTML = table(data.nearest.slice(0, 10), accountColumns([['fall', a => distance(a.down)], ['rise', a => distance(a.up)]]), 'No account would be liquidated on the ladder.');
  };
  byId('largest-table').innerHTML = table(data.largest.slice(0, 15), accountColumns([['of equity', ratio]]), 'No account has a requirement.');
  byId('under-lead').textContent = data.under_water.length ? `${whole(c.liquidatable)} of ${whole(c.accounts)} accounts; the largest shortfalls first.` : '';
  byId('under-table').innerHTML = table(data.under_water.slice(0, 15), accountColumns([['shortfall', a => a.mm > a.equity ? `<span class="bad">${whole(a.mm - a.equity)}</span>` : '<span class="tag">in one asset</span>']]), 'No account is under water.');

  const drawScatter = () => {
    const points = data.scatter.filter(p => p.e > 0), without = data.scatter.filter(p => p.e === 0).reduce((n, p) => n + p.n, 0);
    const most = Math.max(1, ...points.map(p => p.n));
    const radius = p => 2 + 7 * Math.sqrt(p.n / most);
    const low = Math.min(...points.map(p => Math.min(p.e, p.m)), 1e3), high = Math.max(...points.map(p => Math.max(p.e, p.m)), 1e6);
    const log = title => axis(title, {type: 'logarithmic', ticks: {color: css('--soft'), maxRotation: 0, autoSkip: false, font: {size: 11.5}, callback: v => Math.abs(Math.log10(v) % 1) < 1e-9 ? '$' + compact(v) : null}});
    const rgba = (rgb, a) => `rgba(${css(rgb)}, ${a})`;
    draw('scatter', {type: 'scatter', data: {datasets: [
      {label: 'accounts', data: points.map(p => ({x: p.e, y: p.m, n: p.n})), pointRadius: points.map(radius), pointHoverRadius: points.map(radius), backgroundColor: points.map(p => rgba(p.m > p.e ? '--loss-rgb' : '--gain-rgb', 0.55)), borderWidth: 0},
      {type: 'line', label: 'equity = requirement', data: [{x: low, y: low}, {x: high, y: high}], borderColor: css('--faint'), borderDash: [4, 4], borderWidth: 1, pointRadius: 0},
    ]}, options: {interaction: {mode: 'nearest', intersect: true}, scales: {x: log('equity'), y: log('initial margin')},
      plugins: {legend: {display: false}, tooltip: {callbacks: {label: i => i.raw.n ? `${whole(i.raw.n)} accounts: equity $${compact(i.raw.x)}, initial margin $${compact(i.raw.y)}` : ''}}}}});
    byId('scatter-foot').textContent = without ? `Not drawn: ${many(without, 'account')} with a requirement and less than a dollar of equity.` : '';
    if (!hasCharts) byId('scatter-foot').innerHTML += table(points.slice().sort((a, b) => b.n - a.n).slice(0, 12), [['equity about', p => '$' + compact(p.e)], ['initial margin about', p => '$' + compact(p.m)], ['accounts', p => whole(p.n)]], 'No account has a requirement.');
  };

  // ---- stress, concentration, tails: shown where they were asked for ---------------------------
  const bars = more => ({indexAxis: 'y', scales: {x: axis('', {beginAtZero: true, ticks: {color: css('--soft'), maxRotation: 0, callback: more.show, font: {size: 11.5}}}),
    y: axis('', {grid: {display: false, drawBorder: false}, ticks: {color: css('--soft'), font: {size: 11}, autoSkip: false}})},
    plugins: {tooltip: {callbacks: {label: i => `${i.dataset.label}: ${more.show(i.parsed.x)}`}}}});
  const pairOf = (id, labels, one, other, more) => {
    byId(id).parentElement.style.height = `${Math.max(170, 80 + 26 * labels.length)}px`;
    draw(id, {type: 'bar', data: {labels, datasets: [
      Object.assign({backgroundColor: css('--loss'), maxBarThickness: 10}, one),
      Object.assign({backgroundColor: css('--accent'), maxBarThickness: 10}, other)]}, options: bars(more)});
  };
  const dollars = x => '$' + compact(x);

  const drawStress = () => {
    if (!data.stress) return;
    byId('stress-card').hidden = false;
    const {shocks, accounts} = data.stress, unknown = Math.max(...shocks.map(s => s.not_valued));
    byId('stress-lead').textContent = 'Every position revalued in full after a shock of prices and vols: what losing accounts lose, and what those lack whose equity it uses up. In USD, coins at their price after the shock.'
      + (unknown ? ` Without ${many(unknown, 'account')} that cannot be valued after some shock.` : '');
    pairOf('stress', shocks.map(s => s.name), {label: 'losses', data: shocks.map(s => s.losses)},
      {label: 'negative equity', data: shocks.map(s => s.negative_equity)}, {show: dollars});
    byId('stress-table').innerHTML = table(shocks, [['shock', s => `<span title="${escape(s.what)}">${escape(s.name)}</span>`], ['losing', s => whole(s.losing)],
      ['losses', s => compact(s.losses)], ['negative', s => whole(s.negative)], ['by', s => compact(s.negative_equity)]], 'No shock.');
    byId('stress-accounts').innerHTML = table(accounts, [['account', a => escape(a.account)], ['shock', a => escape(a.shock), 'text'], ['loss', a => compact(a.loss)],
      ['equity', a => compact(a.equity)], ['after', a => `<span class="${a.after < 0 ? 'bad' : ''}">${compact(a.after)}</span>`]], 'No account loses after any shock.');
  };

  let leanBook = 0;
  const drawConcentration = () => {
    if (!data.concentration) return;
    byId('concentration-card').hidden = false;
    const leaders = data.concentration[leanBook].leaders;
    pairOf('concentration', leaders.map(a => a.account), {label: 'of delta', data: leaders.map(a => a.of_delta)},
      {label: 'of initial margin', data: leaders.map(a => a.of_margin)}, {show: percent});
    byId('concentration-table').innerHTML = table(leaders, [['account', a => escape(a.account)], ['delta', a => compact(a.delta)], ['of delta', a => percent(a.of_delta)],
      ['initial', a => compact(a.im)], ['of initial', a => percent(a.of_margin)]], 'Nothing is held.');
  };
  if (data.concentration) tabs('concentration-book', data.concentration.map(b => b.book), 0, i => { leanBook = i; drawConcentration(); });

  const drawTail = () => {
    if (!data.tail) return;
    byId('tail-card').hidden = false;
    const {levels, accounts, scenarios, method} = data.tail;
    byId('tail-lead').textContent = `Value at risk (VaR) and expected shortfall (ES) of the accounts with the largest, in USD, from ${many(scenarios, 'scenario')} (${method}).`;
    byId('tail').parentElement.style.display = accounts.length ? '' : 'none';
    if (accounts.length) pairOf('tail', accounts.map(a => a.account), {label: `ES ${levels[0]} %`, data: accounts.map(a => a.losses[0].es)},
      {label: `VaR ${levels[0]} %`, data: accounts.map(a => a.losses[0].var)}, {show: dollars});
    byId('tail-table').innerHTML = table(accounts, [['account', a => escape(a.account)]].concat(
      ...levels.map((level, l) => [[`VaR ${level} %`, a => compact(a.losses[l].var)], [`ES ${level} %`, a => compact(a.losses[l].es)]]),
      [['worst', a => compact(a.worst)], ['equity', a => compact(a.equity)]]), 'No account loses in the tail.');
  };

  // ---- sensitivities --------------------------------------------------------------------------
  const kinds = [['delta', 'Delta'], ['gamma', 'Gamma'], ['vega', 'Vega'], ['theta', 'Theta']];
  const meaning = book => ({
    delta: `Delta in ${book.asset === book.underlying ? 'coin' : 'units of ' + book.underlying}`, gamma: 'Gamma: change of delta for a move of 1 %',
    vega: `Vega in ${book.asset} for one vol point`, theta: `Theta in ${book.asset} for one day`});
  let greekBook = 0, greekKind = 0;
  const drawGreeks = () => {
    const book = books[greekBook], kind = kinds[greekKind][0];
    if (!book) return;
    const level = book.by_expiry.every(g => Math.abs(g.net[kind]) <= 1e-6 * g.gross[kind]);
    byId('greek-lead').textContent = `${meaning(book)[kind]}. ` + (level
      ? 'Everybody together is flat, for every contract is held on both sides; shown is one side, as a magnitude.'
      : 'Net: everybody together. One side: of the larger side of each instrument, as a magnitude.');
    [['by-expiry', book.by_expiry], ['by-strike', book.by_strike]].forEach(([id, groups]) => {
      draw(id, {type: 'bar', data: {labels: groups.map(g => g.label), datasets: [
        {label: 'net', data: groups.map(g => g.net[kind]), backgroundColor: css('--accent'), maxBarThickness: 22},
        {label: 'one side', data: groups.map(g => g.gross[kind]), backgroundColor: level ? css('--accent') : css('--faint') + '66', maxBarThickness: 22},
      ].slice(level ? 1 : 0)}, options: {scales: {x: axis('', {grid: {display: false, drawBorder: false}}), y: axis('', {ticks: {color: css('--soft'), callback: compact, font: {size: 11.5}}})},
        plugins: {tooltip: {callbacks: {label: i => `${i.dataset.label}: ${compact(i.parsed.y)}`}}}}});
      if (!hasCharts) byId(id + '-table').innerHTML = table(groups, [['', g => escape(g.label)], ['net', g => compact(g.net[kind])], ['one side', g => compact(g.gross[kind])]], 'Nothing is held.');
    });
  };
  tabs('greek-book', bookNames, 0, i => { greekBook = i; drawGreeks(); });
  tabs('greek-kind', kinds.map(k => k[1]), 0, i => { greekKind = i; drawGreeks(); });

  // ---- assets, exceptions ---------------------------------------------------------------------
  byId('assets-table').innerHTML = table(data.assets.filter(a => a.pools > 0), [['asset', a => escape(a.asset)], ['price, USD', a => a.price === null ? '—' : whole(a.price)],
    ['pools', a => whole(a.pools)], ['equity', a => compact(a.equity)], ['initial', a => compact(a.im)], ['maintenance', a => compact(a.mm)]], 'No account holds anything.');
  byId('exceptions-lead').textContent = data.exceptions.length ? 'Records and positions that could not be used, by reason; every one is a row of exceptions.csv.' : '';
  byId('exceptions-table').innerHTML = table(data.exceptions, [['reason', e => escape(e.reason), 'text wrap'], ['count', e => whole(e.count)], ['first', e => escape(e.first), 'text wrap']], 'Every record and every position was used.');
  byId('foot').textContent = `${data.software}. ${whole(c.instruments)} instruments, ${whole(c.scenarios)} scenarios, ${whole(c.positions)} positions. Digests of inputs and results are in manifest.json.`;

  const drawAll = () => { drawMap(); drawWorst(); drawLadder(); drawNearest(); drawScatter(); drawStress(); drawConcentration(); drawTail(); drawGreeks(); };
  drawAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
})();
